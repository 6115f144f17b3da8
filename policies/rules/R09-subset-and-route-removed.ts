import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import type { KubeObject } from '../model/object';
import { named, type ClusterView, type Objects } from '../model/view';
import {
  destinationRules,
  destinationsOf,
  findSubset,
  routingObjects,
  ruleHost,
  serviceOfHost,
  subsetsOf,
} from '../view/routing';

/** Rules that are gone while the Service they are for stays: all of their subsets go at once. */
const removedRules = (view: ClusterView): readonly KubeObject[] =>
  view.previous === undefined
    ? []
    : destinationRules(view.previous).filter(
        ({ group, kind, place, name }) => named(view, group, kind, place, name) === undefined,
      );

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
    judge([...destinationRules(view), ...removedRules(view)], (object) => {
      const { previous } = view;
      const find = (objects: Objects) => named(objects, object.group, object.kind, object.place, object.name);
      const old = previous === undefined ? undefined : find(previous);
      if (previous === undefined || old === undefined) return [];
      const isRemoved = find(view) === undefined;
      // With its Service goes whoever could call it.
      if (isRemoved && serviceOfHost(view, ruleHost(old)) === undefined) return [];
      const kept = isRemoved ? [] : subsetsOf(object).map(({ name }) => name);
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
