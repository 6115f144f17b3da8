import { ProblemsError } from '../validation';
import { readAddress, type Address } from './address';
import {
  DEFAULT_HUB,
  DEFAULT_REPOSITORY,
  DEFAULT_REVISION,
  DEFAULT_TRACING_ADDRESS,
  DEFAULT_VERSION,
  type CniSettings,
  type GatewaySettings,
  type IstiodSettings,
  type IstioSettings,
  type Replicas,
  type Resources,
  type WebhookUrls,
} from './settings';
import { istioProblems } from './settingsSchema';

/** One control plane, every default filled in. */
export interface Revision {
  readonly name: string;
  readonly version: string;
  /** A folder with its charts; undefined for the repository. */
  readonly charts: string | undefined;
  /** Undefined for an istiod inside the cluster. */
  readonly webhooks: WebhookUrls | undefined;
  /** The tags that point at it, none or one. */
  readonly tags: readonly string[];
}

export interface ResolvedGateway {
  readonly serviceType: NonNullable<GatewaySettings['serviceType']>;
  readonly httpNodePort: number | undefined;
  readonly externalTrafficPolicy: GatewaySettings['externalTrafficPolicy'];
  readonly serviceAnnotations: Readonly<Record<string, string>>;
  readonly replicas: Replicas;
  readonly resources: Resources;
}

export interface ResolvedTracing {
  readonly sampling: number;
  readonly provider: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Settings that have been checked, with every default filled in. Parts that are off are undefined. */
export interface ResolvedIstioSettings {
  readonly version: string;
  readonly hub: string;
  readonly charts: string | undefined;
  readonly repository: string;
  readonly revisions: readonly Revision[];
  /** The revision that namespaces and gateways belong to and that checks configuration. */
  readonly active: Revision;
  readonly tag: string | undefined;
  readonly istiod: Required<IstiodSettings>;
  readonly sidecar: { readonly resources: Resources; readonly holdApplication: boolean };
  readonly cni: CniSettings | undefined;
  readonly gateway: ResolvedGateway | undefined;
  readonly egressGateway: ResolvedGateway | undefined;
  /** Where spans go, also where tracing is off. */
  readonly tracingAddress: Address;
  readonly tracing: ResolvedTracing | undefined;
  readonly legacyZipkin: boolean;
  readonly accessLog: boolean;
  readonly autoMtls: boolean;
  readonly metrics: boolean;
  readonly discovery: 'mesh' | 'cluster';
  readonly discoveredNamespaces: readonly string[];
}

const DEFAULT_TAG = 'stable';

function revisionsOf(settings: IstioSettings): readonly Revision[] {
  const { tag } = settings;
  return Object.entries(settings.revisions ?? { [DEFAULT_REVISION]: {} }).map(([name, revision]) => ({
    name,
    version: revision.version ?? settings.version ?? DEFAULT_VERSION,
    charts: revision.charts ?? settings.charts,
    webhooks: revision.webhooks ?? settings.webhooks,
    tags: tag?.revision === name ? [tag.name ?? DEFAULT_TAG] : [],
  }));
}

const gatewayOf = (
  settings: GatewaySettings,
  serviceType: ResolvedGateway['serviceType'],
): ResolvedGateway => ({
  serviceType: settings.serviceType ?? serviceType,
  httpNodePort: settings.httpNodePort,
  externalTrafficPolicy: settings.externalTrafficPolicy,
  serviceAnnotations: settings.serviceAnnotations ?? {},
  replicas: settings.replicas ?? 1,
  resources: settings.resources ?? {},
});

/**
 * Checks settings and fills in the defaults.
 * @throws ProblemsError naming everything that is wrong
 */
export function resolveIstioSettings(settings: IstioSettings, path = 'istio'): ResolvedIstioSettings {
  const problems = istioProblems(settings, path);
  if (problems.length > 0) throw new ProblemsError(path, problems);
  const { tracing = {}, cni = {}, gateway = {}, egressGateway = false } = settings;
  const revisions = revisionsOf(settings);
  return {
    version: settings.version ?? DEFAULT_VERSION,
    hub: settings.hub ?? DEFAULT_HUB,
    charts: settings.charts,
    repository: settings.repository ?? DEFAULT_REPOSITORY,
    revisions,
    active: revisions.find(({ tags }) => tags.length > 0) ?? revisions[0]!,
    tag: settings.tag && (settings.tag.name ?? DEFAULT_TAG),
    istiod: { replicas: settings.istiod?.replicas ?? 1, resources: settings.istiod?.resources ?? {} },
    sidecar: {
      resources: settings.sidecar?.resources ?? {},
      holdApplication: settings.sidecar?.holdApplication ?? true,
    },
    cni: cni === false ? undefined : cni,
    gateway: gateway === false ? undefined : gatewayOf(gateway, 'LoadBalancer'),
    egressGateway: egressGateway === false ? undefined : gatewayOf(egressGateway, 'ClusterIP'),
    tracingAddress: readAddress(tracing.address ?? DEFAULT_TRACING_ADDRESS)!,
    tracing:
      tracing.enabled === false
        ? undefined
        : {
            sampling: tracing.sampling ?? 100,
            provider: tracing.provider ?? 'datakit',
            tags: tracing.tags ?? {},
          },
    legacyZipkin: settings.legacyZipkin ?? false,
    accessLog: settings.accessLog ?? true,
    autoMtls: settings.autoMtls ?? true,
    metrics: settings.metrics ?? true,
    discovery: settings.discovery ?? 'mesh',
    discoveredNamespaces: settings.discoveredNamespaces ?? [],
  };
}
