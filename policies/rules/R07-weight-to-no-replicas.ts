import { fieldPath } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import { destinationsOf, findSubset, podsOfHost, podsOfSubset, virtualServices } from '../view/routing';
import { replicasOf } from '../view/workloads';

export const weightToNoReplicas: Policy = {
  id: 'R07-weight-to-no-replicas',
  title: 'Nothing with weight is scaled to 0',
  severity: 'critical',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy: 'Move the weight away first, in an update of its own, then scale down.',
  document: 'Envoy answers 503 (no healthy upstream) for a cluster without endpoints',
  check: (view) =>
    judge(virtualServices(view), (object) =>
      destinationsOf(object).map(({ host, subset, weight, path }) => {
        if (weight === undefined || weight <= 0) return undefined;
        const defined = subset === undefined ? undefined : findSubset(view, host, subset);
        if (subset !== undefined && defined === undefined) return undefined;
        const pods = defined === undefined ? podsOfHost(view, host) : podsOfSubset(view, defined);
        if (pods.length === 0 || pods.some((owner) => replicasOf(view, owner) !== 0)) return undefined;
        return finding(
          object,
          fieldPath(...path),
          `gets ${weight} per cent of the requests, but ${pods.map((owner) => owner.object.id).join(', ')} has 0 replicas: they get a 503`,
          'give it replicas, or move the weight to a version that has some',
        );
      }),
    ),
};
