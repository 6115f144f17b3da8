import { fieldPath } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import type { ClusterView } from '../model/view';
import { podsOf, routesOf, routingObjects, type Destination, type Route } from '../view/routing';
import { replicasOf } from '../view/workloads';

/** How many pods a destination leads to; undefined where it is not known, or an autoscaler decides. */
function podCount(view: ClusterView, destination: Destination): number | undefined {
  const owners = podsOf(view, destination);
  if (owners === undefined || owners.length === 0) return undefined;
  return owners
    .map((owner) => replicasOf(view, owner))
    .reduce((sum, pods) => (sum === undefined || pods === undefined ? undefined : sum + pods), 0);
}

/** The destinations of one route that have too few pods for their share of what the largest of them is sized for. */
function routeFindings(view: ClusterView, { object, destinations }: Route): readonly Finding[] {
  const sized = destinations.flatMap((destination) => {
    const pods = podCount(view, destination);
    return pods === undefined ? [] : [{ destination, pods }];
  });
  return sized.flatMap(({ destination: { host, subset, weight, path }, pods }) => {
    const all = Math.max(...sized.filter((one) => one.destination.host === host).map((one) => one.pods));
    const needed = Math.ceil(((weight ?? 0) * all) / 100);
    // None at all, and weights that make no hundred, are other policies'.
    const isShare = weight !== undefined && weight > 0 && weight <= 100;
    if (!isShare || pods === 0 || pods >= needed) return [];
    return [
      finding(
        object,
        fieldPath(...path),
        `gets ${Math.round(weight ?? 0)} per cent of the requests with ${pods} ${pods === 1 ? 'pod' : 'pods'}, while another version of ${host} has ${all} for all of them`,
        `give ${subset ?? host} ${needed} pods before it gets that weight, such as by canaryCapacity: weight`,
      ),
    ];
  });
}

export const capacityBelowWeight: Policy = {
  id: 'R48-capacity-below-weight',
  title: 'A version has pods enough for its share of the requests',
  severity: 'medium',
  enforcement: everywhere('advisory'),
  scope: 'stack',
  remedy: 'Scale the version before its weight rises, or let the release do so: canaryCapacity: weight.',
  document:
    "Argo Rollouts, setCanaryScale: traffic must not outgrow the canary's pods; Istio, traffic shifting: weights do not depend on the number of pods",
  check: (view) =>
    judge(routingObjects(view), (object) => routesOf(object).flatMap((route) => routeFindings(view, route))),
};
