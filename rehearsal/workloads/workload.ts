import type { PodView } from './pods';

/** The name of the Deployment, DaemonSet or StatefulSet that a pod belongs to, read off its name as Istio's agent does. */
export function workloadOf({ name, labels }: Pick<PodView, 'name' | 'labels'>): string {
  const hash = labels['pod-template-hash'];
  const at = hash ? name.lastIndexOf(`-${hash}-`) : -1;
  if (at > 0) return name.slice(0, at);
  if (labels['controller-revision-hash']) return name.replace(/-[^-]+$/, '');
  return name;
}

/** Istio's canonical service and revision of a workload: its own labels, else app and version. */
export function canonicalOf(pod: PodView): { name: string; revision: string } {
  const { labels } = pod;
  return {
    name: labels['service.istio.io/canonical-name'] ?? (pod.service || workloadOf(pod)),
    revision:
      labels['service.istio.io/canonical-revision'] ??
      (pod.version === 'unversioned' ? 'latest' : pod.version),
  };
}
