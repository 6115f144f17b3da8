import { at, fieldPath, numberAt } from '../model/json';
import { judge, together } from '../model/judge';
import { finding, type Finding, type Policy } from '../model/policy';
import { grouped } from '../../components/validation';
import { index, type ClusterView, type Objects } from '../model/view';
import { backendsOf, services } from '../view/services';
import { picksTesters, podsOf, routesOf, routingObjects } from '../view/routing';
import { autoscalerOf, leastReplicas, workloads, type Workload } from '../view/workloads';
import { UnknownValue } from '../model/unknown';

/** Below this share a version is a canary, which may have one pod. */
const CANARY_BELOW = 50;

/** The greatest share of everybody's requests that a workload gets by a subset or Service of its own version. */
const shares = index((view: ClusterView) => {
  const most = new Map<Workload, number>();
  for (const object of routingObjects(view)) {
    try {
      for (const { matches, destinations } of routesOf(object)) {
        // Routes with a match are for testers: what they get does not make a version the stable one.
        if (matches.every(picksTesters)) continue;
        for (const destination of destinations) {
          const pods = podsOf(view, destination) ?? [];
          const isDivided = destination.subset !== undefined || destinations.length > 1;
          if (!isDivided || destination.weight === undefined) continue;
          for (const owner of pods) most.set(owner, Math.max(most.get(owner) ?? 0, destination.weight));
        }
      }
    } catch (error) {
      if (!(error instanceof UnknownValue)) throw error;
    }
  }
  return most;
});

const partOf = ({ labels, object }: Workload): string | undefined => {
  const app = labels['app'] ?? labels['app.kubernetes.io/name'];
  return app === undefined ? undefined : `${object.place}\0${app}`;
};

const byPart = index((view: ClusterView) => {
  const readable = workloads(view).filter((owner) => {
    try {
      return owner.labels !== undefined;
    } catch (error) {
      if (error instanceof UnknownValue) return false;
      throw error;
    }
  });
  return grouped(readable, partOf);
});

/** A version under release that gets less than half of the requests. */
function isCanary(view: ClusterView, owner: Workload): boolean {
  const part = partOf(owner);
  const siblings = part === undefined ? [] : (byPart(view).get(part) ?? []);
  if (routingObjects(view).length === 0 || siblings.length < 2) return false;
  return (shares(view).get(owner) ?? 0) < CANARY_BELOW;
}

const called = index(
  (view: Objects) => new Set(services(view).flatMap((service) => backendsOf(view, service))),
);

/** Whether requests may reach it; without any Service in this view nobody can say that none do. */
const servicePlaces = index((view: Objects) => new Set(services(view).map(({ place }) => place)));

const carriesTraffic = (view: ClusterView, owner: Workload): boolean =>
  !servicePlaces(view).has(owner.object.place) || called(view).has(owner);

const replicated = ['Deployment', 'Rollout', 'ReplicaSet', 'ReplicationController', 'StatefulSet'];

function replicaFinding(view: ClusterView, owner: Workload): Finding | undefined {
  const { object } = owner;
  if (!replicated.includes(object.kind) || leastReplicas(view, owner) !== 1 || !carriesTraffic(view, owner))
    return undefined;
  if (isCanary(view, owner)) return undefined;
  const scaler = autoscalerOf(view, owner);
  return finding(
    object,
    'spec.replicas',
    scaler === undefined
      ? 'is 1: the service is gone whenever its node is drained or its pod restarts'
      : `may become 1, the minReplicas of ${scaler.id}: the service is then gone whenever its node is drained or its pod restarts`,
    'set it to 2 or more',
  );
}

function strategyFinding(view: ClusterView, owner: Workload): Finding | undefined {
  const { object } = owner;
  if (object.kind !== 'Deployment' || !carriesTraffic(view, owner)) return undefined;
  const most = at(object.manifest, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable');
  const replicas = numberAt(object.manifest, 'spec', 'replicas') ?? 1;
  if (most !== '100%' && !(typeof most === 'number' && most >= replicas && replicas > 1)) return undefined;
  return finding(
    object,
    fieldPath('spec', 'strategy', 'rollingUpdate', 'maxUnavailable'),
    `is ${String(most)}: an update takes all pods at once`,
    'write 25% or less',
  );
}

export const singleReplica: Policy = {
  id: 'R27-single-replica',
  title: 'What carries production traffic has more than one pod',
  severity: 'medium',
  enforcement: { production: 'advisory', test: 'disabled', rehearsal: 'disabled' },
  scope: 'stack',
  remedy: 'Set replicas to 2 or more; only the canary of a release may have one.',
  document:
    'Kubernetes, Disruptions: one pod means an outage at every drain of its node; Polaris, deploymentMissingReplicas',
  check: (view) =>
    together(
      judge(workloads(view), (owner) => replicaFinding(view, owner)),
      judge(workloads(view), (owner) => strategyFinding(view, owner)),
    ),
};
