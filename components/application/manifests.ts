import { isTableService, type ServiceSpec, type TableService } from './application';
import type { Labels } from './observability';
import { podAnnotations } from './observability';
import { containerSecurityContext, podSecurityContext } from './podSecurity';
import { probesOf } from './probes';
import { scalingManifests } from './scaling';
import { mapAt, type Manifest } from './sources/manifest';
import { isAutoscaled, type Version } from './version';
import { overlaidDeployment } from './workload/overlay';
import { withOverrides } from './workload/overrides';
import { templateAccount } from './workload/template';
import { digestOf, withContentNames } from './workload/versionConfig';

/** Where the objects go and what they have in common. `N` is a plain name, or an Input of one where it is declared. */
export interface Placement<N = string> extends Labels {
  readonly namespace: N;
  /** Prefix of the service accounts, the application's name. */
  readonly application: string;
  /** Whether pods of workloads from manifests get the annotations of monitoring too. Default false: they stay as they are. */
  readonly annotateManifests?: boolean;
}

/** The account a service's pods run as, whatever their version: it is their identity in the mesh. */
export const accountName = (application: string, service: string): string => `${application}-${service}`;

/** The account of a service's pods: its own in the table, that of the manifests; undefined where it is not known. */
export function accountOf(application: string, spec: ServiceSpec): string | undefined {
  if (isTableService(spec)) return accountName(application, spec.name);
  return 'workload' in spec ? templateAccount(spec.workload) : undefined;
}

/** The Deployment of one version. Versions never share one, so no selector ever has to change. */
export const deploymentName = (service: string, version: string): string => `${service}-${version}`;

export function serviceManifest<N>({ name, port }: TableService, { namespace }: Placement<N>) {
  return {
    metadata: {
      name,
      namespace,
      labels: { app: name, service: name },
      // It would wait for ready pods, and the engine has a bounded number of places for what waits: the Services of a
      // larger application would hold all of them while no Deployment has been made. The Deployments are waited for.
      annotations: { 'pulumi.com/skipAwait': 'true' },
    },
    // Istio reads the protocol from the port's name.
    spec: { ports: [{ name: 'http', port }], selector: { app: name } },
  };
}

export function serviceAccountManifest<N>({ name }: TableService, { application, namespace }: Placement<N>) {
  return {
    metadata: { name: accountName(application, name), namespace, labels: { account: name } },
  };
}

const entries = (record: Readonly<Record<string, string>> | undefined) => Object.entries(record ?? {});

function container(spec: TableService, image: string) {
  const env = entries(spec.env).map(([name, value]) => ({ name, value }));
  const volumeMounts = entries(spec.scratch).map(([name, mountPath]) => ({ name, mountPath }));
  return {
    name: spec.name,
    image,
    imagePullPolicy: 'IfNotPresent',
    ports: [{ containerPort: spec.port }],
    resources: spec.resources,
    securityContext: containerSecurityContext,
    ...probesOf(spec),
    ...(env.length > 0 ? { env } : {}),
    ...(volumeMounts.length > 0 ? { volumeMounts } : {}),
  };
}

/**
 * The Deployment of one version of a service of the table.
 *
 * Nothing in it says which part the version plays in a release: a canary that has become the stable version is the
 * same object, field by field.
 */
function tableDeployment<N>(
  spec: TableService,
  { version, image, replicas = 1 }: Version,
  placement: Placement<N>,
) {
  const { name } = spec;
  const labels = { app: name, version };
  const volumes = entries(spec.scratch).map(([volume]) => ({ name: volume, emptyDir: {} }));
  return {
    metadata: { name: deploymentName(name, version), namespace: placement.namespace, labels },
    spec: {
      ...(isAutoscaled(spec) ? {} : { replicas }),
      // An update that brings no ready pod fails after the slowest start and a minute for the image.
      progressDeadlineSeconds: spec.startSeconds + 60,
      revisionHistoryLimit: 3,
      selector: { matchLabels: labels },
      // Never fewer pods than before: with one replica, any other value is an outage at each change of the template.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels, annotations: podAnnotations(name, version, placement, spec.logs) },
        spec: {
          serviceAccountName: accountName(placement.application, name),
          // No service here calls the API server; the sidecar brings a token of its own.
          automountServiceAccountToken: false,
          securityContext: podSecurityContext,
          containers: [container(spec, image)],
          ...(volumes.length > 0 ? { volumes } : {}),
        },
      },
    },
  };
}

/** A Deployment as it is declared, its spec as far as it is the same wherever the workload is described. */
export interface DeploymentManifest<N = string> {
  readonly metadata: { readonly name: string; readonly namespace: N };
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: unknown;
  };
}

/** What the pods of a workload from manifests say to monitoring: nothing, unless the stack says who scrapes them. */
const ownAnnotations = <N>(service: string, version: string, placement: Placement<N>) =>
  placement.annotateManifests === true ? podAnnotations(service, version, placement) : {};

/**
 * The Deployment of one version of a service, whether the table or its manifests describe the workload.
 * @throws Error where somebody else runs it: then there is nothing to declare
 */
export function deploymentManifest<N>(
  spec: TableService,
  version: Version,
  placement: Placement<N>,
): ReturnType<typeof tableDeployment<N>>;
export function deploymentManifest<N>(
  spec: ServiceSpec,
  version: Version,
  placement: Placement<N>,
): DeploymentManifest<N>;
export function deploymentManifest<N>(
  spec: ServiceSpec,
  version: Version,
  placement: Placement<N>,
): DeploymentManifest<N> {
  if (isTableService(spec)) {
    const table = tableDeployment(spec, version, placement);
    return spec.overrides?.[version.version] === undefined ? table : withOverrides(table, spec.name, version);
  }
  if (!('workload' in spec)) throw new Error(`${spec.name} is run by somebody else`);
  const { namespace } = placement;
  const annotations = ownAnnotations(spec.name, version.version, placement);
  return overlaidDeployment(spec.name, spec.workload, version, { namespace, annotations });
}

/** What one version of a service consists of, in the order in which it is declared. */
export function versionManifests<N>(
  spec: ServiceSpec,
  version: Version,
  placement: Placement<N>,
  objects: readonly Manifest[] = [],
) {
  const { version: named, configs } = withContentNames(version, objects);
  return {
    configs: configs.map((one) => ({
      ...one,
      metadata: { ...one.metadata, namespace: placement.namespace },
    })),
    deployment: deploymentManifest(spec, named, placement),
    scaling: scalingManifests(spec, version.version, placement.namespace),
  };
}

/**
 * A digest of all that makes the pods of a version, but for their number. Undefined for a service whose version is no more
 * than its image, which says it already.
 */
export function templateDigest(
  spec: ServiceSpec,
  version: Version,
  objects: readonly Manifest[] = [],
): string | undefined {
  if ('existing' in spec) return undefined;
  if (isTableService(spec) && spec.overrides?.[version.version] === undefined) return undefined;
  const placement = { namespace: '', application: '', project: '', environment: '' };
  const { configs, deployment } = versionManifests(
    spec,
    { ...version, replicas: undefined },
    placement,
    objects,
  );
  return digestOf([configs.map(({ metadata }) => metadata.name), mapAt(deployment, 'spec', 'template')]);
}
