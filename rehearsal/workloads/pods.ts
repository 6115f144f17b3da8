import type { V1Container, V1Pod, V1Probe } from '@kubernetes/client-node';

/** One container of a pod, as far as the rehearsal plays it. */
export interface ContainerView {
  readonly name: string;
  readonly image: string;
  /** The TCP ports it declares. */
  readonly ports: readonly { readonly name?: string; readonly port: number }[];
  readonly readiness?: V1Probe;
  readonly startup?: V1Probe;
  readonly liveness?: V1Probe;
  readonly env: Readonly<Record<string, string>>;
  /** True for a native sidecar: an init container that goes on running. */
  readonly isInit: boolean;
}

/** What the rehearsal knows about a pod. */
export interface PodView {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly podIP: string;
  /** The service it belongs to: its `app` label, or `app.kubernetes.io/name`; empty when it has neither. */
  readonly service: string;
  /** Its `version` label, or `app.kubernetes.io/version`; `unversioned` when it has neither. */
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly serviceAccount?: string;
  /** What made the pod: a ReplicaSet, StatefulSet, DaemonSet, Job or anything else that controls pods. */
  readonly controller?: { readonly kind: string; readonly name: string };
  /** Containers that run, the native sidecars included. */
  readonly containers: readonly ContainerView[];
  /** `router`: a gateway, `sidecar`: an injected pod, `plain`: outside the mesh. */
  readonly mesh: 'router' | 'sidecar' | 'plain';
}

/** The container that Istio's injector adds, and that a gateway's pod consists of. */
export const proxyContainer = 'istio-proxy';

function containerView(container: V1Container, isInit: boolean): ContainerView {
  const env = (container.env ?? []).flatMap(({ name, value }) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return {
    name: container.name,
    image: container.image ?? '',
    ports: (container.ports ?? [])
      .filter(({ protocol }) => (protocol ?? 'TCP') === 'TCP')
      .map(({ name, containerPort }) => ({ name, port: containerPort })),
    readiness: container.readinessProbe,
    startup: container.startupProbe,
    liveness: container.livenessProbe,
    env: Object.fromEntries(env),
    isInit,
  };
}

function meshRole(
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
  containers: readonly ContainerView[],
): PodView['mesh'] {
  const hasProxy = containers.some(({ name }) => name === proxyContainer);
  if (/^(ingress|egress)gateway$/.test(labels['istio'] ?? '')) return 'router';
  if (hasProxy && containers.length === 1) return 'router';
  return hasProxy || annotations['sidecar.istio.io/status'] ? 'sidecar' : 'plain';
}

/** Whether the pod is one that something can be started for: running and with an address. */
export const isRunning = (pod: V1Pod): boolean =>
  pod.status?.phase === 'Running' && Boolean(pod.status.podIP) && Boolean(pod.metadata?.uid);

/** Reads a pod that `isRunning`. */
export function podView(pod: V1Pod): PodView {
  const labels = pod.metadata?.labels ?? {};
  const annotations = pod.metadata?.annotations ?? {};
  const nativeSidecars = (pod.spec?.initContainers ?? []).filter((one) => one.restartPolicy === 'Always');
  const containers = [
    ...nativeSidecars.map((one) => containerView(one, true)),
    ...(pod.spec?.containers ?? []).map((one) => containerView(one, false)),
  ];
  return {
    uid: pod.metadata?.uid ?? '',
    namespace: pod.metadata?.namespace ?? 'default',
    name: pod.metadata?.name ?? '',
    podIP: pod.status?.podIP ?? '',
    service: labels['app'] ?? labels['app.kubernetes.io/name'] ?? '',
    version: labels['version'] ?? labels['app.kubernetes.io/version'] ?? 'unversioned',
    labels,
    annotations,
    serviceAccount: pod.spec?.serviceAccountName,
    controller: pod.metadata?.ownerReferences?.find(({ controller }) => controller === true),
    containers,
    mesh: meshRole(labels, annotations, containers),
  };
}

/** The ports that the application itself listens on, the proxy's left out. */
export function applicationPorts(pod: PodView): number[] {
  return [
    ...new Set(
      pod.containers
        .filter(({ name }) => name !== proxyContainer)
        .flatMap(({ ports }) => ports.map(({ port }) => port)),
    ),
  ];
}
