import { meshConfig, type MeshConfig } from './meshConfig';
import type { ResolvedGateway, ResolvedIstioSettings, Revision } from './resolve';
import { leastOf, type Resources } from './resources';
import { DEFAULT_REVISION } from './settings';

interface Images {
  readonly hub: string;
  readonly tag: string;
}

interface SeccompProfile {
  readonly type: 'RuntimeDefault';
}

/** Pod Security `restricted` asks every pod for it. */
const seccompProfile: SeccompProfile = { type: 'RuntimeDefault' };

/** Values of the chart `base`: the definitions and the webhook that checks configuration. */
export interface BaseValues {
  readonly defaultRevision: string;
  readonly base?: { readonly validationURL: string };
}

/** Values of the chart `istiod`. */
export interface IstiodValues {
  readonly revision: string;
  readonly revisionTags: readonly string[];
  readonly global: Images & {
    readonly proxy: { readonly seccompProfile: SeccompProfile; readonly resources?: Resources };
  };
  readonly cni: { readonly enabled: boolean };
  readonly seccompProfile: SeccompProfile;
  readonly autoscaleEnabled: boolean;
  readonly autoscaleMin?: number;
  readonly autoscaleMax?: number;
  readonly replicaCount: number;
  readonly resources?: Resources;
  readonly gateways: { readonly seccompProfile: SeccompProfile };
  readonly base?: { readonly validationURL: string };
  readonly istiodRemote?: { readonly injectionURL: string };
  readonly meshConfig: MeshConfig;
}

/** Values of the chart `cni`. */
export interface CniValues {
  readonly global: Images;
  readonly cniBinDir?: string;
  readonly cniConfDir?: string;
}

interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number;
  readonly protocol: 'TCP';
  readonly nodePort?: number;
}

/** Values of the chart `gateway`. Its image comes with the injection, from istiod. */
export interface GatewayValues {
  readonly revision: string;
  readonly replicaCount: number;
  readonly autoscaling: {
    readonly enabled: boolean;
    readonly minReplicas?: number;
    readonly maxReplicas?: number;
  };
  readonly podDisruptionBudget: { readonly minAvailable?: number };
  readonly securityContext: {
    readonly sysctls: readonly { readonly name: string; readonly value: string }[];
    readonly seccompProfile: SeccompProfile;
    readonly runAsNonRoot: true;
  };
  readonly service: {
    readonly type: string;
    readonly ports: readonly ServicePort[];
    readonly annotations: Readonly<Record<string, string>>;
    readonly externalTrafficPolicy?: string;
  };
  readonly resources?: Resources;
}

export type ChartValues = BaseValues | IstiodValues | CniValues | GatewayValues;

/** A chart's `revision`; the control plane without one has it empty. */
const chartRevision = ({ name }: Revision): string => (name === DEFAULT_REVISION ? '' : name);

const optional = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };

/** Resources that say something; an empty map would take the chart's default for "none". */
const resourcesOf = (resources: Resources): Resources | undefined =>
  resources.requests === undefined && resources.limits === undefined ? undefined : resources;

export const baseValues = ({ active }: ResolvedIstioSettings): BaseValues => ({
  defaultRevision: active.name,
  ...optional('base', active.webhooks && { validationURL: active.webhooks.validationUrl }),
});

export function istiodValues(settings: ResolvedIstioSettings, revision: Revision): IstiodValues {
  const { replicas, resources } = settings.istiod;
  const { webhooks } = revision;
  return {
    revision: chartRevision(revision),
    revisionTags: revision.tags,
    global: {
      hub: settings.hub,
      tag: revision.version,
      proxy: { seccompProfile, ...optional('resources', resourcesOf(settings.sidecar.resources)) },
    },
    cni: { enabled: settings.cni !== undefined },
    seccompProfile,
    ...(typeof replicas === 'number'
      ? { autoscaleEnabled: false }
      : { autoscaleEnabled: true, autoscaleMin: replicas.min, autoscaleMax: replicas.max }),
    replicaCount: leastOf(replicas),
    ...optional('resources', resourcesOf(resources)),
    gateways: { seccompProfile },
    ...optional('base', webhooks && { validationURL: webhooks.validationUrl }),
    ...optional('istiodRemote', webhooks && { injectionURL: webhooks.injectionUrl }),
    meshConfig: meshConfig(settings),
  };
}

export const cniValues = ({ hub, version, cni }: ResolvedIstioSettings): CniValues => ({
  global: { hub, tag: version },
  ...optional('cniBinDir', cni?.binDir),
  ...optional('cniConfDir', cni?.confDir),
});

const port = (name: string, number: number, nodePort?: number): ServicePort => ({
  name,
  port: number,
  targetPort: number,
  protocol: 'TCP',
  ...optional('nodePort', nodePort),
});

/**
 * A gateway belongs to the revision and not to its tag, so that moving the tag rolls the gateway over to the new control
 * plane: by the tag, its pods would stay with the old one until somebody restarts them.
 */
export function gatewayValues(settings: ResolvedIstioSettings, gateway: ResolvedGateway): GatewayValues {
  const { replicas } = gateway;
  return {
    revision: chartRevision(settings.active),
    replicaCount: leastOf(replicas),
    autoscaling:
      typeof replicas === 'number'
        ? { enabled: false }
        : { enabled: true, minReplicas: replicas.min, maxReplicas: replicas.max },
    podDisruptionBudget: leastOf(replicas) > 1 ? { minAvailable: 1 } : {},
    securityContext: {
      // The chart's own, which setting anything here replaces: ports 80 and 443 without rights of root.
      sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
      seccompProfile,
      runAsNonRoot: true,
    },
    service: {
      type: gateway.serviceType,
      ports: [port('status-port', 15021), port('http2', 80, gateway.httpNodePort), port('https', 443)],
      annotations: gateway.serviceAnnotations,
      ...optional('externalTrafficPolicy', gateway.externalTrafficPolicy),
    },
    ...optional('resources', resourcesOf(gateway.resources)),
  };
}
