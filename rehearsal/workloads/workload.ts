import { proxyContainer, type PodView } from './pods';

type Owned = Pick<PodView, 'name' | 'labels' | 'controller' | 'containers'>;

/** What a CronJob's Jobs have behind its name. */
const scheduled = /^(.+)-\d{8,10}$/;

function byController({ labels, controller }: Owned): string | undefined {
  if (!controller) return undefined;
  const { kind, name } = controller;
  if (kind === 'ReplicaSet') {
    // A Deployment's, or an Argo Rollout's.
    const hash = [labels['pod-template-hash'], labels['rollouts-pod-template-hash']].find(
      (one) => one && name.endsWith(`-${one}`),
    );
    return hash ? name.slice(0, -hash.length - 1) : name;
  }
  return kind === 'Job' ? (scheduled.exec(name)?.[1] ?? name) : name;
}

function byName({ name, labels }: Owned): string {
  const hash = labels['pod-template-hash'];
  const at = hash ? name.lastIndexOf(`-${hash}-`) : -1;
  if (at > 0) return name.slice(0, at);
  if (labels['controller-revision-hash']) return name.replace(/-[^-]+$/, '');
  return name;
}

/**
 * The name of the workload that a pod belongs to: what the injector told the proxy, else what it would have, by the
 * pod's controller [istio/istio pkg/kube/util.go GetDeployMetaFromPod]; of a pod without one, by its name.
 */
export function workloadOf(pod: Owned): string {
  const told = pod.containers.find(({ name }) => name === proxyContainer)?.env['ISTIO_META_WORKLOAD_NAME'];
  return told ?? byController(pod) ?? byName(pod);
}

const firstOf = (labels: PodView['labels'], names: readonly string[]): string | undefined =>
  names.map((name) => labels[name]).find((value) => value !== undefined);

/** Istio's canonical service and revision of a workload, by its labels [istio/istio pkg/kube/labels/labels.go]. */
export function canonicalOf(pod: Owned): { name: string; revision: string } {
  const { labels } = pod;
  return {
    name:
      firstOf(labels, ['service.istio.io/canonical-name', 'app.kubernetes.io/name', 'app']) ??
      workloadOf(pod),
    revision:
      firstOf(labels, ['service.istio.io/canonical-revision', 'app.kubernetes.io/version', 'version']) ??
      'latest',
  };
}
