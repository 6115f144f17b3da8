import type { ServiceSpec } from './application';
import type { Labels } from './observability';
import { podAnnotations } from './observability';
import { containerSecurityContext, podSecurityContext } from './podSecurity';
import { probesOf } from './probes';

/** Where the objects go and what they have in common. `N` is a plain name, or an Input of one where it is declared. */
export interface Placement<N = string> extends Labels {
  readonly namespace: N;
  /** Prefix of the service accounts, the application's name. */
  readonly application: string;
}

/** One version of a service as it is to run. */
export interface Version {
  /** The `version` label. */
  readonly version: string;
  /** The image, with its tag or digest. */
  readonly image: string;
  /** Pods. Default 1, as in Istio's sample. */
  readonly replicas?: number;
}

/** The account a service's pods run as, whatever their version: it is their identity in the mesh. */
export const accountName = (application: string, service: string): string => `${application}-${service}`;

/** The Deployment of one version. Versions never share one, so no selector ever has to change. */
export const deploymentName = (service: string, version: string): string => `${service}-${version}`;

export function serviceManifest<N>({ name, port }: ServiceSpec, { namespace }: Placement<N>) {
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

export function serviceAccountManifest<N>({ name }: ServiceSpec, { application, namespace }: Placement<N>) {
  return {
    metadata: { name: accountName(application, name), namespace, labels: { account: name } },
  };
}

const entries = (record: Readonly<Record<string, string>> | undefined) => Object.entries(record ?? {});

function container(spec: ServiceSpec, image: string) {
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
 * The Deployment of one version of a service.
 *
 * Nothing in it says which part the version plays in a release: a canary that has become the stable version is the
 * same object, field by field.
 */
export function deploymentManifest<N>(
  spec: ServiceSpec,
  { version, image, replicas = 1 }: Version,
  placement: Placement<N>,
) {
  const { name } = spec;
  const labels = { app: name, version };
  const volumes = entries(spec.scratch).map(([volume]) => ({ name: volume, emptyDir: {} }));
  return {
    metadata: { name: deploymentName(name, version), namespace: placement.namespace, labels },
    spec: {
      replicas,
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
