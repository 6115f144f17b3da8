import { at, fieldPath, listAt } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { httpRoutes, virtualServices, type HttpRoute } from '../view/routing';

function entryFinding({ object, path }: HttpRoute, place: number, weight: unknown): Finding | undefined {
  const field = fieldPath(...path, 'route', place, 'weight');
  const write = 'write a whole number from 0 to 100';
  if (weight === undefined) return undefined;
  if (typeof weight !== 'number')
    return finding(object, field, 'is no number: the API server refuses it', write);
  if (!Number.isInteger(weight))
    return finding(object, field, `is ${weight}, no whole number: the API server refuses it`, write);
  if (weight < 0 || weight > 100) return finding(object, field, `is ${weight}, outside of 0 to 100`, write);
  return undefined;
}

function routeFindings(route: HttpRoute): readonly (Finding | undefined)[] {
  const entries = listAt(route.route, 'route');
  const weights = entries.map((entry) => at(entry, 'weight'));
  const wrong = weights
    .map((weight, place) => entryFinding(route, place, weight))
    .filter((found) => found !== undefined);
  if (wrong.length > 0 || entries.length === 0) return wrong;
  if (entries.length === 1 && weights[0] === undefined) return [];
  const sum = weights.reduce<number>((total, weight) => total + (typeof weight === 'number' ? weight : 0), 0);
  if (sum === 100) return [];
  const parts = weights.map((weight) => (typeof weight === 'number' ? weight : 'none')).join(' + ');
  return [
    finding(
      route.object,
      fieldPath(...route.path, 'route'),
      `has weights ${parts} = ${sum}: Istio takes them as shares of ${sum}, so no version gets the per cent that stands there`,
      'make the weights of the route sum to 100',
    ),
  ];
}

export const weightSum: Policy = {
  id: 'R01-weight-sum',
  title: 'The weights of a route are whole per cents and sum to 100',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'Write whole numbers from 0 to 100 that sum to 100, one for each destination of the route.',
  document: 'Istio reference, VirtualService, HTTPRouteDestination.weight',
  check: (view) => judge(virtualServices(view), (object) => httpRoutes(object).flatMap(routeFindings)),
};
