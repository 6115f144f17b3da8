import { fieldPath } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import { destinationsOf, findSubset, subsets, virtualServices } from '../view/routing';

export const undefinedSubset: Policy = {
  id: 'R02-undefined-subset',
  title: 'Every subset that a route names is defined by a DestinationRule',
  severity: 'critical',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy: 'Add the subset to the DestinationRule of the host, or route to one that is defined.',
  document: 'Istio configuration analysis, IST0101 ReferencedResourceNotFound; Kiali, KIA1107',
  check: (view) =>
    judge(virtualServices(view), (object) =>
      destinationsOf(object).map(({ host, subset, path }) => {
        if (subset === undefined || findSubset(view, host, subset) !== undefined) return undefined;
        const known = subsets(view).filter((defined) => defined.host === host);
        const names = known.map(({ name }) => name).join(', ');
        return finding(
          object,
          fieldPath(...path, 'subset'),
          `is ${subset}, which no DestinationRule defines for ${host}: every request to it gets a 503`,
          names === ''
            ? `add a DestinationRule for ${host} with subset ${subset}`
            : `add the subset to ${known[0]!.object.id}, or use one of ${names}`,
        );
      }),
    ),
};
