import type {
  V1Container,
  V1ObjectFieldSelector,
  V1Pod,
  V1ResourceFieldSelector,
} from '@kubernetes/client-node';

/** The environment of a container as the kubelet makes it [kubernetes pkg/kubelet/kubelet_pods.go makeEnvironmentVariables]. */
export function environmentOf(container: V1Container, pod: V1Pod): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef) environment[name] = fieldOf(pod, valueFrom.fieldRef);
    else if (valueFrom?.resourceFieldRef)
      environment[name] = resourceOf(container, valueFrom.resourceFieldRef);
    else environment[name] = expanded(value ?? '', environment);
  }
  return environment;
}

/** Puts variables into `$(NAME)`; a name that is not known is left as it is written. */
export const expanded = (text: string, environment: Readonly<Record<string, string>>): string =>
  text.replace(/\$\(([A-Za-z_][A-Za-z0-9_]*)\)/g, (whole, name: string) => environment[name] ?? whole);

function fieldOf(pod: V1Pod, { fieldPath }: V1ObjectFieldSelector): string {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath);
  if (keyed) return pod.metadata?.[keyed[1] as 'labels' | 'annotations']?.[keyed[2] ?? ''] ?? '';
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': pod.metadata?.name,
    'metadata.namespace': pod.metadata?.namespace,
    'metadata.uid': pod.metadata?.uid,
    'spec.nodeName': pod.spec?.nodeName,
    'spec.serviceAccountName': pod.spec?.serviceAccountName ?? 'default',
    'status.hostIP': pod.status?.hostIP,
    'status.podIP': pod.status?.podIP,
    'status.podIPs': pod.status?.podIPs?.map(({ ip }) => ip).join(','),
  };
  return fields[fieldPath] ?? '';
}

const units: Readonly<Record<string, number>> = {
  ...{ '': 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 },
};

/** A quantity of Kubernetes as a number; undefined for one that cannot be read. */
export function quantity(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(text);
  return match ? Number(match[1]) * (units[match[2] ?? ''] ?? 1) : undefined;
}

/** `limits.cpu` and its kin, in units of the divisor and rounded up. Without a limit it is what the node can give. */
function resourceOf(container: V1Container, { resource, divisor }: V1ResourceFieldSelector): string {
  const [kind = '', which = ''] = resource.split('.');
  const stated = container.resources?.[kind as 'limits' | 'requests']?.[which];
  const value = quantity(stated ?? (kind === 'limits' ? (nodeCapacity[which] ?? '0') : '0')) ?? 0;
  return String(Math.ceil(value / (quantity(divisor ?? '1') || 1)));
}

/** As the rehearsal's node says it. */
const nodeCapacity: Readonly<Record<string, string>> = { cpu: '64', memory: '256Gi' };
