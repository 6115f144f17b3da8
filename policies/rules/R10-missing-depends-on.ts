import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Demand, type Finding, type Policy } from '../model/policy';
import {
  destinationRules,
  destinationsOf,
  findSubset,
  podsOf,
  podsOfSubset,
  routingObjects,
  serviceOfHost,
  subsetsOf,
} from '../view/routing';

function missing(
  object: KubeObject,
  needed: readonly KubeObject[],
  because: string,
  demand?: Demand,
): Finding[] {
  const { dependsOn } = object;
  if (dependsOn === undefined) return [];
  const absent = [...new Set(needed.map(({ id }) => id))].filter((id) => !dependsOn.has(id));
  return absent.map((id) =>
    finding(
      object,
      'dependsOn',
      `lacks ${id}: ${because}`,
      `declare it with dependsOn on the resource of ${id}`,
      demand,
    ),
  );
}

export const missingDependsOn: Policy = {
  id: 'R10-missing-depends-on',
  title: 'Routes are applied after what they lead to: subsets, Services and pods',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy:
    'Declare the VirtualService with dependsOn its DestinationRule, and that with dependsOn its Deployments.',
  document:
    'The engine orders by dependencies only; plain manifests have none, so there this policy finds nothing',
  check: (view) =>
    together(
      judge(routingObjects(view), (object) => {
        const destinations = destinationsOf(object);
        const rules = destinations.flatMap(({ host, subset }) =>
          subset === undefined
            ? []
            : [findSubset(view, host, subset, object.place)?.object].filter((rule) => rule !== undefined),
        );
        const behind = destinations
          .filter(({ subset }) => subset === undefined)
          .flatMap((destination) => {
            const service = serviceOfHost(view, destination.host);
            const pods = service === undefined ? [] : (podsOf(view, destination) ?? []);
            return service === undefined
              ? []
              : [service, ...pods.filter(({ serving }) => serving).map((owner) => owner.object)];
          });
        return [
          ...missing(
            object,
            rules,
            'the route may be there before the subset it names, and requests get a 503',
          ),
          ...missing(
            object,
            behind,
            'the route may be there before what it leads to is ready, and requests get a 503',
            'order',
          ),
        ];
      }),
      judge(destinationRules(view), (object) => {
        const pods = subsetsOf(object).flatMap((subset) =>
          podsOfSubset(view, subset).map((owner) => owner.object),
        );
        return missing(object, pods, 'the subset may be there before a pod of it is ready');
      }),
    ),
};
