import { fieldPath, isMap, listAt, same, textAt } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { httpRoutes, virtualServices, type HttpRoute } from '../view/routing';

/** Whether every text that meets `narrow` meets `wide`, as far as that can be seen without reading regular expressions. */
function impliedText(wide: unknown, narrow: unknown): boolean {
  if (same(wide, narrow)) return true;
  const prefix = textAt(wide, 'prefix');
  const inner = textAt(narrow, 'exact') ?? textAt(narrow, 'prefix');
  return prefix !== undefined && inner !== undefined && inner.startsWith(prefix);
}

function impliedBy(narrow: unknown, key: string, wide: unknown): boolean {
  if (key === 'name') return true;
  const other = isMap(narrow) ? narrow[key] : undefined;
  if (key === 'uri')
    return textAt(wide, 'prefix') === '/' || (other !== undefined && impliedText(wide, other));
  if ((key === 'headers' || key === 'queryParams') && isMap(wide)) {
    return Object.entries(wide).every(
      ([name, value]) => isMap(other) && name in other && impliedText(value, other[name]),
    );
  }
  return other !== undefined && impliedText(wide, other);
}

/** Whether every request that meets `narrow` meets `wide`. An empty match takes everything. */
const covers = (wide: unknown, narrow: unknown): boolean =>
  Object.entries(isMap(wide) ? wide : {}).every(([key, value]) => impliedBy(narrow, key, value));

const matchesOf = ({ route }: HttpRoute): readonly unknown[] => {
  const matches = listAt(route, 'match');
  return matches.length === 0 ? [{}] : matches;
};

function unreachable(routes: readonly HttpRoute[], place: number): Finding | undefined {
  const route = routes[place]!;
  const earlier = routes.slice(0, place);
  const coveredBy = (match: unknown) =>
    earlier.findIndex((other) => matchesOf(other).some((wide) => covers(wide, match)));
  const covering = matchesOf(route).map(coveredBy);
  if (covering.includes(-1)) return undefined;
  return finding(
    route.object,
    fieldPath(...route.path),
    `is never reached: ${fieldPath(...routes[covering[0]!]!.path)} stands before it and takes every request it is for`,
    'put the route before the wider one, or remove it',
  );
}

export const unreachableMatch: Policy = {
  id: 'R05-unreachable-match',
  title: 'Every route of a VirtualService can be reached',
  severity: 'medium',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'Order routes from the narrow match to the wide one; the route without a match comes last.',
  document:
    'Istio configuration analysis, IST0130 VirtualServiceUnreachableRule and IST0131 VirtualServiceIneffectiveMatch',
  check: (view) =>
    judge(virtualServices(view), (object) => {
      const routes = httpRoutes(object);
      return routes.map((_, place) => unreachable(routes, place));
    }),
};
