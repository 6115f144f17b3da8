import { bookinfoImage } from '../../components/bookinfo';
import {
  parseOverride,
  parseReleases,
  parseRoutePolicies,
  parseStep,
  type Release,
  type VersionRef,
} from '../../components/canary';
import { examine, ProblemsError, type Problem, type Result } from '../../components/validation';
import { applicationProblems, releasePath } from './application';
import { layerProblems } from './layerRules';
import { KEY_PREFIX, type RawConfig } from './raw';
import { examples, schema, type RawSettings } from './schema';
import { layers, type Layer, type Settings } from './settings';

const at = (key: string): string => `${KEY_PREFIX}${key}`;

/** Where productpage is reached when the gateway answers to every host: its Service, from inside of the cluster. */
const INGRESS_SERVICE = 'istio-ingressgateway.istio-system.svc.cluster.local';

/** Collects the problems of one part and goes on with a stand-in, so that the next part is read as well. */
class Findings {
  readonly problems: Problem[] = [];

  take<T>(result: Result<T>, otherwise: T): T {
    if (result.ok) return result.value;
    this.problems.push(...result.problems);
    return otherwise;
  }
}

function imagesBy(raw: Partial<RawSettings>): Settings['imageOf'] {
  return (service, version) =>
    raw.images?.[`${service}-${version}`] ?? bookinfoImage(service, version, raw.imageTag);
}

/**
 * Fills in what a release leaves to the application, so that the stack remembers what really ran: a tag that changes
 * in the middle of a release is then seen for what it is.
 */
function complete(release: Release, settings: Pick<Settings, 'imageOf' | 'replicas'>): Release {
  const { service } = release;
  const filled = (ref: VersionRef): VersionRef => ({
    version: ref.version,
    image: ref.image ?? settings.imageOf(service, ref.version),
    replicas: ref.replicas ?? settings.replicas[service] ?? 1,
  });
  return { ...release, stable: filled(release.stable), canary: filled(release.canary) };
}

function productpageUrl(hosts: readonly string[]): string {
  const named = hosts.find((host) => host !== '*');
  return `http://${named ?? INGRESS_SERVICE}/productpage`;
}

function readRelease(raw: Partial<RawSettings>, releasing: boolean, findings: Findings) {
  const given = raw.release !== undefined;
  const releases =
    given || releasing ? findings.take(parseReleases(raw.release, at('release')), undefined) : [];
  if (releases === undefined) return { releases: [], steps: {}, override: undefined };
  // Another stack takes the steps; here the release only says whose Deployments to leave alone.
  if (!releasing) return { releases, steps: {}, override: undefined };
  return {
    releases,
    steps: findings.take(parseStep(raw.step, releases, at('step')), {}),
    override:
      raw.override === undefined
        ? undefined
        : findings.take(parseOverride(raw.override, releases, at('override')), undefined),
  };
}

/**
 * Reads a stack's config.
 *
 * @param stack The stack's name, the default of `environment`.
 * @throws ProblemsError with everything that is wrong, not only the first thing.
 */
export function readSettings(config: RawConfig, stack: string): Settings {
  const findings = new Findings();
  const examined = examine(schema, config.values, '', examples);
  findings.problems.push(
    ...config.problems,
    ...examined.problems.map((problem) => ({ ...problem, path: problem.path.replace(/^\.?/, KEY_PREFIX) })),
  );
  // What the schema found wrong is missing here; everything else can still be checked.
  const raw = (examined.value ?? examined.sound ?? {}) as Partial<RawSettings>;
  const listed = (Array.isArray(raw.layers) ? raw.layers : []).filter((layer): layer is Layer =>
    (layers as readonly unknown[]).includes(layer),
  );
  if (listed.length > 0) {
    findings.problems.push(...layerProblems({ ...config.values, layers: listed }, KEY_PREFIX));
  }
  const { releases, steps, override } = readRelease(raw, listed.includes('release'), findings);
  const routePolicies = findings.take(
    parseRoutePolicies(raw.routePolicies, at('routePolicies'), releases),
    {},
  );
  findings.problems.push(
    ...applicationProblems(
      releases,
      (index) => releasePath(at('release'), index, Array.isArray(raw.release)),
      routePolicies,
      at('routePolicies'),
      (service, version) => raw.images?.[`${service}-${version}`] !== undefined,
    ),
  );
  if (listed.includes('platform') && raw.namespace !== undefined && raw.namespaces !== undefined) {
    if (!raw.namespaces.includes(raw.namespace)) {
      findings.problems.push({
        path: at('namespace'),
        problem: `is ${raw.namespace}, which ${at('namespaces')} does not list`,
        remedy: `add ${raw.namespace} to ${at('namespaces')}: this stack makes its namespaces itself`,
      });
    }
  }
  if (findings.problems.length > 0) throw new ProblemsError(`Config of stack ${stack}`, findings.problems);
  const hosts = raw.hosts ?? ['*'];
  const filling = { imageOf: imagesBy(raw), replicas: raw.replicas ?? {} };
  return {
    ...filling,
    layers: listed,
    namespaces: raw.namespaces ?? [],
    namespace: raw.namespace,
    project: raw.project ?? 'bookinfo',
    environment: raw.environment ?? stack,
    hosts,
    productpageUrl: productpageUrl(hosts),
    releases: releases.map((release) => complete(release, filling)),
    steps,
    override,
    routePolicies,
  };
}
