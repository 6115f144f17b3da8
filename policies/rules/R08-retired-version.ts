import { fieldPath } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import { named, type ClusterView, type Objects } from '../model/view';
import {
  destinationsOf,
  findSubset,
  podsOf,
  routingObjects,
  serviceOf,
  versionOfPods,
  versionShares,
  type Destination,
} from '../view/routing';

/** The versions that a destination leads to, under all the names that a list may have for them. */
function versionsOf(view: Objects, destination: Destination): readonly string[] {
  const { host, subset, object } = destination;
  const labels = subset === undefined ? {} : (findSubset(view, host, subset, object.place)?.labels ?? {});
  const shares = versionShares(view, { destinations: [{ ...destination, weight: 100 }] });
  return [...shares.keys(), ...Object.values(labels), ...(subset === undefined ? [] : [subset])];
}

/** A Service of one version, such as `reviews-v1`, is retired under the name of what it is a version of. */
const isListed = (view: ClusterView, host: string, versions: readonly string[]): boolean => {
  const name = serviceOf(host)?.name ?? host;
  return Object.entries(view.settings.retired).some(([service, retired]) =>
    retired.some(
      (version) => (service === name && versions.includes(version)) || name === `${service}-${version}`,
    ),
  );
};

/** Why the version a destination leads to is retired; undefined when it is not. */
function retirement(view: ClusterView, destination: Destination): string | undefined {
  if (isListed(view, destination.host, versionsOf(view, destination)))
    return 'the settings list it as retired';
  const { previous } = view;
  if (previous === undefined) return undefined;
  const before = podsOf(previous, destination) ?? [];
  const now = podsOf(view, destination) ?? [];
  if (before.length === 0 || now.length > 0) {
    // One of several: the version that goes is still meant where the destination names it alone.
    return undefined;
  }
  const gone = before.find(
    ({ object }) => named(view, object.group, object.kind, object.place, object.name) === undefined,
  );
  return gone === undefined ? undefined : `this update removes ${gone.object.id}`;
}

export const retiredVersion: Policy = {
  id: 'R08-retired-version',
  title: 'No route leads to a version that is retired',
  severity: 'critical',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  compares: true,
  remedy:
    'Take the version out of weights, matches and mirrors first, in an update of its own; then remove it.',
  document:
    'Updates go dependency-first, removals last: a route must stop naming a version before the version goes',
  check: (view) =>
    judge(routingObjects(view), (object) =>
      destinationsOf(object).map((destination) => {
        const why = destination.weight === 0 ? undefined : retirement(view, destination);
        if (why === undefined) return undefined;
        const { subset, path, host, mirror } = destination;
        const versions = podsOf(view, destination)?.map(versionOfPods) ?? [];
        return finding(
          object,
          fieldPath(...path, ...(subset === undefined ? [] : ['subset'])),
          `is ${subset ?? host}${subset === undefined && versions.length > 1 ? ', which includes' : ','} a retired version (${why}): ${mirror ? 'copies of requests' : 'requests'} still go to it`,
          'route to a version that stays',
        );
      }),
    ),
};
