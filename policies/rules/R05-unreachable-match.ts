import { fieldPath, listAt, textsAt } from '../model/json';
import { judge } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { covers, gatewayName, gatewaysOf, routesOf, routingObjects, type Route } from '../view/routing';

function unreachable(routes: readonly Route[], place: number): Finding | undefined {
  const route = routes[place]!;
  const earlier = routes.slice(0, place).filter(({ protocol }) => protocol === route.protocol);
  const covering = route.matches.map((match) =>
    earlier.find((other) => other.matches.some((wide) => covers(wide, match))),
  );
  if (covering.length === 0 || covering.includes(undefined)) return undefined;
  return finding(
    route.object,
    fieldPath(...route.path),
    `is never reached: ${fieldPath(...covering[0]!.path)} stands before it and takes every request it is for`,
    'put the route before the wider one, or remove it',
  );
}

/** Routes of the Gateway API are asked by how narrow they are, not in their order: only the same match hides one. */
function repeated(routes: readonly Route[], place: number): Finding | undefined {
  const route = routes[place]!;
  const covering = route.matches.map((match) =>
    routes
      .slice(0, place)
      .find((other) => other.matches.some((wide) => covers(wide, match) && covers(match, wide))),
  );
  if (covering.length === 0 || covering.includes(undefined)) return undefined;
  return finding(
    route.object,
    fieldPath(...route.path),
    `is never reached: ${fieldPath(...covering[0]!.path)} stands before it and has the same match`,
    'merge the two, or give them different matches',
  );
}

/** A match for a gateway that the VirtualService is not bound to takes nothing. */
function strangeGateways({ object, path, route }: Route): Finding | undefined {
  const matches = listAt(route, 'match');
  const bound = gatewaysOf(object);
  const isStrange = matches.map((match) => {
    const names = textsAt(match, 'gateways').map((name) => gatewayName(name, object.place));
    return names.length > 0 && !names.some((name) => bound.includes(name));
  });
  if (matches.length === 0 || isStrange.includes(false)) return undefined;
  return finding(
    object,
    fieldPath(...path),
    'is never reached: its matches are for gateways that spec.gateways does not list',
    'add the gateway to spec.gateways, or remove the route',
  );
}

function findingsOf(object: KubeObject): (Finding | undefined)[] {
  const routes = routesOf(object);
  return object.kind === 'VirtualService'
    ? routes.map((route, place) => unreachable(routes, place) ?? strangeGateways(route))
    : routes.map((_, place) => repeated(routes, place));
}

export const unreachableMatch: Policy = {
  id: 'R05-unreachable-match',
  title: 'Every route of a VirtualService can be reached',
  severity: 'medium',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'Order routes from the narrow match to the wide one; the route without a match comes last.',
  document:
    'Istio configuration analysis, IST0130 VirtualServiceUnreachableRule and IST0131 VirtualServiceIneffectiveMatch; Gateway API, HTTPRouteRule.matches for its precedence',
  check: (view) => judge(routingObjects(view), findingsOf),
};
