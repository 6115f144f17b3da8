import { isMap } from '../../validation';
import type { Manifest } from '../manifest';
import { ANY_VERSION, type Weights } from '../weights';

interface Destination {
  readonly subset?: string;
}

interface RouteEntry {
  readonly destination?: Destination;
  readonly weight?: number;
}

interface HttpRoute extends Readonly<Record<string, unknown>> {
  readonly route?: readonly RouteEntry[];
  readonly mirrors?: readonly RouteEntry[];
  readonly mirror?: Destination;
}

/** What the routes of a VirtualService are for: requests, or connections. */
const protocols = ['http', 'tcp'] as const;

const listIn = (spec: unknown, protocol: (typeof protocols)[number]): readonly HttpRoute[] | undefined => {
  const routes = isMap(spec) ? spec[protocol] : undefined;
  return Array.isArray(routes) && routes.every(isMap) ? routes : undefined;
};

/** The routes of a VirtualService's spec, as the cluster or the state gives it; undefined where it is something else. */
const routesIn = (spec: unknown): readonly HttpRoute[] | undefined =>
  listIn(spec, 'http') ?? listIn(spec, 'tcp');

/** The weights of a VirtualService's default route, its last one. */
export function weightsOf(spec: unknown): Weights | undefined {
  const route = routesIn(spec)?.at(-1)?.route;
  if (!Array.isArray(route)) return undefined;
  const entries = route as readonly RouteEntry[];
  // A single destination needs no weight: it takes everything.
  const alone = entries.length === 1 ? 100 : 0;
  const weights: Record<string, number> = {};
  // A version stands there once for each group of users that keeps it.
  for (const { destination, weight } of entries) {
    const version = destination?.subset ?? ANY_VERSION;
    weights[version] = (weights[version] ?? 0) + (weight ?? alone);
  }
  return weights;
}

/** Every subset that a VirtualService sends requests or copies to, by whatever rule. */
export function mentionedIn(spec: unknown): readonly string[] {
  const subsets = (routesIn(spec) ?? []).flatMap(({ route = [], mirrors = [], mirror }) => [
    ...[...route, ...mirrors].map(({ destination }) => destination?.subset),
    mirror?.subset,
  ]);
  return [...new Set(subsets.filter((subset) => subset !== undefined))];
}

/** A drill repeats routes for its own requests, with its own name in front of theirs. */
const named = (name: unknown, end: string): boolean =>
  typeof name === 'string' && (name === end || name.endsWith(`-${end}`));

/**
 * The same VirtualService with whatever routes by weight leading to the stable version alone: the default route, the last
 * one, and those that repeat it for a drill. Routes that keep users where they were go; matches of the release stay.
 */
export function back(applied: Manifest, stable: string): Manifest {
  const protocol = listIn(applied.spec, 'http') === undefined ? 'tcp' : 'http';
  const routes = routesIn(applied.spec) ?? [];
  const taken = routes.flatMap((each, place) => {
    if (['canary-sticky', 'stable-sticky'].some((end) => named(each['name'], end))) return [];
    const destination = each.route?.[0]?.destination;
    // Routes of connections have no names: there is one for each port, all by weight.
    const byWeight = protocol === 'tcp' || place === routes.length - 1 || named(each['name'], 'default');
    if (!byWeight || destination === undefined) return [each];
    return [{ ...each, route: [{ destination: { ...destination, subset: stable } }] }];
  });
  return { ...applied, spec: { ...(applied.spec as object), [protocol]: taken } };
}
