import { fieldPath } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import type { ClusterView } from '../model/view';
import { placeOf, serviceOf } from '../view/hosts';
import { destinationsOf, findSubset, virtualServices, type Destination } from '../view/routing';
import { workload, workloadObjects } from '../view/workloads';

/** Why the version a destination leads to is retired; undefined when it is not. */
function retirement(view: ClusterView, { host, subset }: Destination): string | undefined {
  if (subset === undefined) return undefined;
  const labels = findSubset(view, host, subset)?.labels;
  const version = labels?.['version'] ?? subset;
  const service = serviceOf(host);
  if (view.settings.retired[service?.name ?? host]?.includes(version) === true)
    return 'the settings list it as retired';
  const gone = view.previous?.objects.find((object) => {
    if (object.kind !== 'Deployment' || placeOf(object.namespace) !== service?.namespace) return false;
    const pods = workload(object).labels;
    if (pods['app'] !== service?.name || pods['version'] !== version) return false;
    return !workloadObjects(view).some(({ id }) => id === object.id);
  });
  return gone === undefined ? undefined : `this update removes ${gone.id}`;
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
    judge(virtualServices(view), (object) =>
      destinationsOf(object).map((destination) => {
        const why = destination.weight === 0 ? undefined : retirement(view, destination);
        if (why === undefined) return undefined;
        return finding(
          object,
          fieldPath(...destination.path, 'subset'),
          `is ${destination.subset}, a retired version (${why}): ${destination.mirror ? 'copies of requests' : 'requests'} still go to it`,
          'route to a version that stays',
        );
      }),
    ),
};
