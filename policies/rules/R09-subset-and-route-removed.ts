import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import { destinationRules, destinationsOf, subsetsOf, virtualServices } from '../view/routing';

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
      const old = view.previous?.objects.find(({ id }) => id === object.id);
      if (old === undefined) return [];
      const kept = subsetsOf(object).map(({ name }) => name);
      const routed = view
        .previous!.objects.filter(({ kind }) => kind === 'VirtualService')
        .flatMap((route) => destinationsOf(route));
      return subsetsOf(old).map(({ name, host }) => {
        if (kept.includes(name)) return undefined;
        const before = routed.find((entry) => entry.host === host && entry.subset === name);
        // A route that still names it is an undefined subset, which is a finding of its own.
        const still = virtualServices(view).some((route) =>
          destinationsOf(route).some((entry) => entry.host === host && entry.subset === name),
        );
        if (before === undefined || still) return undefined;
        return finding(
          object,
          'spec.subsets',
          `loses ${name} in the same update in which ${before.object.id} stops naming it: the subset goes first, and requests fail until the proxies have the new routes`,
          'keep the subset in this update and remove it in the next one',
        );
      });
    }),
};
