import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import {
  destinationRules,
  destinationsOf,
  findSubset,
  podsOfSubset,
  subsetsOf,
  virtualServices,
} from '../view/routing';

function missing(object: KubeObject, needed: readonly KubeObject[], because: string): Finding[] {
  const { dependsOn } = object;
  if (dependsOn === undefined) return [];
  const absent = [...new Set(needed.map(({ id }) => id))].filter((id) => !dependsOn.has(id));
  return absent.map((id) =>
    finding(
      object,
      'dependsOn',
      `lacks ${id}: ${because}`,
      `declare it with dependsOn on the resource of ${id}`,
    ),
  );
}

export const missingDependsOn: Policy = {
  id: 'R10-missing-depends-on',
  title: 'Routes are applied after their subsets, subsets after their pods',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy:
    'Declare the VirtualService with dependsOn its DestinationRule, and that with dependsOn its Deployments.',
  document:
    'The engine orders by dependencies only; plain manifests have none, so there this policy finds nothing',
  check: (view) =>
    together(
      judge(virtualServices(view), (object) => {
        const rules = destinationsOf(object).flatMap(({ host, subset }) =>
          subset === undefined
            ? []
            : [findSubset(view, host, subset)?.object].filter((rule) => rule !== undefined),
        );
        return missing(
          object,
          rules,
          'the route may be there before the subset it names, and requests get a 503',
        );
      }),
      judge(destinationRules(view), (object) => {
        const pods = subsetsOf(object).flatMap((subset) =>
          podsOfSubset(view, subset).map((owner) => owner.object),
        );
        return missing(object, pods, 'the subset may be there before a pod of it is ready');
      }),
    ),
};
