import { listAt, type Segment } from '../model/json';
import { judge } from '../model/judge';
import type { KubeObject } from '../model/object';
import { finding, type Policy } from '../model/policy';
import type { ClusterView } from '../model/view';
import { destinationsOf, findSubset, podsOfSubset, virtualServices } from '../view/routing';
import { replicasOf, workloads, type Workload } from '../view/workloads';

/** Below this share a version is a canary, which may have one pod. */
const CANARY_BELOW = 50;

/** Routes with a match are for testers: what they get does not make a version the stable one. */
const isMatched = (object: KubeObject, path: readonly Segment[]): boolean =>
  listAt(object.manifest, ...path.slice(0, 3), 'match').length > 0;

/** A version under release that gets less than half of the requests. */
function isCanary(view: ClusterView, owner: Workload): boolean {
  const routed = virtualServices(view).flatMap((object) =>
    destinationsOf(object).filter(({ host, subset, mirror, path }) => {
      if (mirror || isMatched(object, path)) return false;
      const defined = subset === undefined ? undefined : findSubset(view, host, subset);
      return defined !== undefined && podsOfSubset(view, defined).includes(owner);
    }),
  );
  const inSubset = virtualServices(view).length > 0 && siblings(view, owner).length > 0;
  return inSubset && routed.every(({ weight }) => (weight ?? 0) < CANARY_BELOW);
}

/** Other versions of the same application part. */
const siblings = (view: ClusterView, owner: Workload): readonly Workload[] =>
  workloads(view).filter(
    (other) =>
      other !== owner &&
      other.object.namespace === owner.object.namespace &&
      owner.labels['app'] !== undefined &&
      other.labels['app'] === owner.labels['app'],
  );

export const singleReplica: Policy = {
  id: 'R27-single-replica',
  title: 'What carries production traffic has more than one pod',
  severity: 'medium',
  enforcement: { production: 'advisory', test: 'disabled', rehearsal: 'disabled' },
  scope: 'stack',
  remedy: 'Set replicas to 2 or more; only the canary of a release may have one.',
  document: 'Kubernetes, Disruptions: one pod means an outage at every drain of its node',
  check: (view) =>
    judge(workloads(view), (owner) =>
      owner.object.kind !== 'Deployment' || replicasOf(view, owner) !== 1 || isCanary(view, owner)
        ? undefined
        : finding(
            owner.object,
            'spec.replicas',
            'is 1: the service is gone whenever its node is drained or its pod restarts',
            'set it to 2 or more',
          ),
    ),
};
