import { ProblemsError } from '../validation';
import {
  defaultContainer,
  defaultZipkin,
  istiodProm,
  type ContainerSettings,
  type KubernetesPrometheusSettings,
  type ZipkinSettings,
} from './collectors';
import { defaultPipelines, type Pipeline } from './pipelines';
import { sidecarTarget } from './scraping';
import { DEFAULT_IMAGE, type CollectorSettings, type DataKitSettings } from './settings';
import { settingsProblems } from './settingsSchema';

/** Collectors after defaults: what is left out is off. */
interface ResolvedCollectors extends Omit<CollectorSettings, 'zipkin' | 'container'> {
  readonly zipkin?: ZipkinSettings;
  readonly container?: ContainerSettings;
}

/** Settings that have been checked, with every default filled in. */
export interface ResolvedSettings extends Required<
  Omit<DataKitSettings, 'collectors' | 'sidecarNamespaces'>
> {
  readonly collectors: ResolvedCollectors;
}

/** DataKit's default list, but for the collectors that get a file here. */
const defaultInputs: readonly string[] = [
  'statsd',
  'dk',
  'cpu',
  'disk',
  'diskio',
  'mem',
  'swap',
  'system',
  'hostobject',
  'net',
  'host_processes',
];

function kubernetesPrometheusOf(settings: DataKitSettings): KubernetesPrometheusSettings | undefined {
  const given = settings.collectors?.kubernetesPrometheus;
  if (settings.sidecarScraping !== 'kubernetesprometheus') return given;
  return {
    scrapeInterval: '10s',
    ...given,
    instances: [...(given?.instances ?? []), sidecarTarget(settings.sidecarNamespaces)],
  };
}

const unlessOff = <T>(given: T | false | undefined, otherwise: T): T | undefined =>
  given === false ? undefined : (given ?? otherwise);

function collectorsOf(settings: DataKitSettings): ResolvedCollectors {
  const { zipkin, container, ...others } = settings.collectors ?? {};
  return {
    ...others,
    prom: others.prom ?? { istiod: istiodProm },
    zipkin: unlessOff(zipkin, defaultZipkin),
    container: unlessOff(container, defaultContainer),
    kubernetesPrometheus: kubernetesPrometheusOf(settings),
  };
}

/**
 * Checks settings and fills in the defaults.
 * @throws ProblemsError naming everything that is wrong, in collectors and scripts too.
 */
export function resolveSettings(settings: DataKitSettings, path = 'datakit'): ResolvedSettings {
  const problems = settingsProblems(settings, path);
  if (problems.length > 0) throw new ProblemsError(path, problems);
  const pipelines: Readonly<Record<string, Pipeline>> = { ...defaultPipelines, ...settings.pipelines };
  return {
    clusterName: settings.clusterName,
    namespace: settings.namespace ?? 'datakit',
    image: settings.image ?? DEFAULT_IMAGE,
    datawayUrl: settings.datawayUrl ?? 'https://openway.guance.com',
    hostTags: settings.hostTags ?? { host: '__datakit_hostname', host_ip: '__datakit_ip' },
    electionTags: settings.electionTags ?? {},
    inputs: settings.inputs ?? defaultInputs,
    collectors: collectorsOf(settings),
    sidecarScraping: settings.sidecarScraping ?? 'annotation',
    pipelines,
    options: {
      enableElection: true,
      defaultPipelines: { logging: 'plain.p' },
      ...settings.options,
    },
    containerOptions: settings.containerOptions ?? {},
    permissions: settings.permissions ?? {},
    requests: settings.requests ?? { cpu: '200m', memory: '128Mi' },
    limits: settings.limits ?? { cpu: '2000m', memory: '4Gi' },
    tolerations: settings.tolerations ?? [{ operator: 'Exists' }],
    maxUnavailable: settings.maxUnavailable ?? 1,
    tokenGeneration: settings.tokenGeneration ?? 0,
  };
}
