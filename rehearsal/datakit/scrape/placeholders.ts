import type { V1Pod } from '@kubernetes/client-node';

function portNumber(pod: V1Pod, container: string, port: string): string | undefined {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  const found = containers
    .find(({ name }) => name === container)
    ?.ports?.find(({ name }) => name === port)?.containerPort;
  return found === undefined ? undefined : String(found);
}

/** Longest first, where one begins with another. */
const byPrefix: readonly [string, (pod: V1Pod, rest: string) => string | undefined][] = [
  ['__kubernetes_pod_annotation_', (pod, key) => pod.metadata?.annotations?.[key]],
  ['__kubernetes_pod_label_', (pod, key) => pod.metadata?.labels?.[key]],
  [
    '__kubernetes_pod_container_',
    (pod, rest) => {
      const match = /^(.+)_port_(.+)_number$/.exec(rest);
      return match ? portNumber(pod, match[1] ?? '', match[2] ?? '') : undefined;
    },
  ],
];
const exact: Readonly<Record<string, (pod: V1Pod) => string | undefined>> = {
  __kubernetes_pod_name: (pod) => pod.metadata?.name,
  __kubernetes_pod_namespace: (pod) => pod.metadata?.namespace,
  __kubernetes_pod_node_name: (pod) => pod.spec?.nodeName,
  __kubernetes_pod_ip: (pod) => pod.status?.podIP,
  __kubernetes_pod_host_ip: (pod) => pod.status?.hostIP,
};

/**
 * The value of one of DataKit's placeholders for a pod; any other text stands for itself. Undefined where the pod lacks
 * what is asked for, or where there is no such placeholder.
 */
export function fillPlaceholder(value: string, pod: V1Pod): string | undefined {
  if (!value.startsWith('__kubernetes_')) return value;
  const known = exact[value];
  if (known) return known(pod);
  const prefixed = byPrefix.find(([prefix]) => value.startsWith(prefix));
  return prefixed?.[1](pod, value.slice(prefixed[0].length));
}
