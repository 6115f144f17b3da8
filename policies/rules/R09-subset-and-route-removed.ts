import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import { named } from '../model/view';
import { destinationRules, destinationsOf, findSubset, routingObjects, subsetsOf } from '../view/routing';

export const subsetAndRouteRemoved: Policy = {
  id: 'R09-subset-and-route-removed',
  title: 'A subset is removed only after the update that removed its routes',
  severity: 'critical',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  compares: true,
  remedy: 'Remove the routes to the subset in one update, the subset in the next.',
  document:
    'Updates go dependency-first: the DestinationRule loses the subset before the VirtualService stops naming it',
  check: (view) =>
    judge(destinationRules(view), (object) => {
      const { previous } = view;
      const old =
        previous === undefined
          ? undefined
          : named(previous, object.group, object.kind, object.place, object.name);
      if (previous === undefined || old === undefined) return [];
      const kept = subsetsOf(object).map(({ name }) => name);
      const lost = subsetsOf(old).filter(({ name }) => !kept.includes(name));
      if (lost.length === 0) return [];
      const before = routingObjects(previous).flatMap(destinationsOf);
      const now = routingObjects(view).flatMap(destinationsOf);
      return lost.map(({ name }) => {
        const route = before.find(
          (entry) =>
            entry.subset === name &&
            findSubset(previous, entry.host, name, entry.object.place)?.object === old &&
            // Another rule may still define it.
            findSubset(view, entry.host, name, entry.object.place) === undefined,
        );
        // A route that still names it is an undefined subset, which is a finding of its own.
        const still = now.some((entry) => entry.host === route?.host && entry.subset === name);
        if (route === undefined || still) return undefined;
        return finding(
          object,
          'spec.subsets',
          `loses ${name} in the same update in which ${route.object.id} stops naming it: the subset goes first, and requests fail until the proxies have the new routes`,
          'keep the subset in this update and remove it in the next one',
        );
      });
    }),
};
