import { fieldPath, numberAt } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import { ofKind, type ClusterView } from '../model/view';
import { textAt } from '../model/json';
import { destinationsOf, podsOf, routingObjects } from '../view/routing';
import { autoscalerOf, replicasOf, type Workload } from '../view/workloads';

/** Whether a scaler may take it to no pods: it does not see requests, which get a 503 until it wakes up. */
const mayRest = (view: ClusterView, owner: Workload): boolean => {
  const scaler = autoscalerOf(view, owner);
  const mayScaleToZero = scaler !== undefined && numberAt(scaler.manifest, 'spec', 'minReplicas') === 0;
  return mayScaleToZero || eventScalerRests(view, owner);
};

const eventScalerRests = (view: ClusterView, { object }: Workload): boolean =>
  ofKind(view, 'ScaledObject').some(
    (scaler) =>
      scaler.place === object.place &&
      textAt(scaler.manifest, 'spec', 'scaleTargetRef', 'name') === object.name &&
      (numberAt(scaler.manifest, 'spec', 'minReplicaCount') ?? 0) === 0,
  );

export const weightToNoReplicas: Policy = {
  id: 'R07-weight-to-no-replicas',
  title: 'Nothing with weight is scaled to 0',
  severity: 'critical',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy: 'Move the weight away first, in an update of its own, then scale down.',
  document:
    'Envoy answers 503 (no healthy upstream) for a cluster without endpoints; Kubernetes, Horizontal pod autoscaling: an autoscaler rests while replicas is 0; HPAScaleToZero; KEDA, minReplicaCount',
  check: (view) =>
    judge(routingObjects(view), (object) =>
      destinationsOf(object).map((destination) => {
        const { weight, path } = destination;
        // Nobody gets the answer to a copy.
        if (weight === undefined || weight <= 0) return undefined;
        const pods = podsOf(view, destination)?.filter(({ serving }) => serving) ?? [];
        if (pods.length === 0) return undefined;
        const isEmpty = (owner: Workload) => replicasOf(view, owner) === 0 || mayRest(view, owner);
        if (!pods.every(isEmpty)) return undefined;
        const names = pods.map((owner) => owner.object.id).join(', ');
        return finding(
          object,
          fieldPath(...path),
          `gets ${Math.round(weight)} per cent of the requests, but ${names} ${pods.some((owner) => replicasOf(view, owner) === 0) ? 'has' : 'may have'} 0 replicas: they get a 503`,
          'give it replicas, or move the weight to a version that has some',
        );
      }),
    ),
};
