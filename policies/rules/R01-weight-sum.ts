import { at, fieldPath, listAt } from '../model/json';
import { judge } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { routesOf, routingObjects, type Route } from '../view/routing';

/** The most that a weight may be: per cent in Istio, a share of any sum in the Gateway API. */
const MOST = { istio: 100, gatewayApi: 1_000_000 } as const;

function entryFinding(object: KubeObject, field: string, weight: unknown, most: number): Finding | undefined {
  const write = `write a whole number from 0 to ${most}`;
  if (weight === undefined) return undefined;
  if (typeof weight !== 'number')
    return finding(object, field, 'is no number: the API server refuses it', write);
  if (!Number.isInteger(weight))
    return finding(object, field, `is ${weight}, no whole number: the API server refuses it`, write);
  if (weight < 0 || weight > most)
    return finding(object, field, `is ${weight}, outside of 0 to ${most}`, write);
  return undefined;
}

function routeFindings({ object, route, listPath }: Route): readonly (Finding | undefined)[] {
  const isIstio = object.kind === 'VirtualService';
  const entries = listAt(route, String(listPath.at(-1)));
  const weights = entries.map((entry) => at(entry, 'weight'));
  const most = isIstio ? MOST.istio : MOST.gatewayApi;
  const wrong = weights
    .map((weight, place) => entryFinding(object, fieldPath(...listPath, place, 'weight'), weight, most))
    .filter((found) => found !== undefined);
  if (wrong.length > 0 || entries.length === 0) return wrong;
  if (entries.length === 1 && weights[0] === undefined) return [];
  const given = weights.map((weight) => (typeof weight === 'number' ? weight : isIstio ? 0 : 1));
  const sum = given.reduce((total, weight) => total + weight, 0);
  if (!isIstio) {
    return sum > 0
      ? []
      : [
          finding(
            object,
            fieldPath(...listPath),
            'has the weight 0 for every backend: every request gets a 500',
            'give at least one backend a weight above 0',
          ),
        ];
  }
  if (sum === 100) return [];
  const parts = weights.map((weight) => (typeof weight === 'number' ? weight : 'none')).join(' + ');
  return [
    finding(
      object,
      fieldPath(...listPath),
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
  document:
    'Istio reference, VirtualService, HTTPRouteDestination.weight and RouteDestination.weight; Gateway API, BackendRef.weight',
  check: (view) => judge(routingObjects(view), (object) => routesOf(object).flatMap(routeFindings)),
};
