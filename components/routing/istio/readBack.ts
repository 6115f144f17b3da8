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

/** The HTTP routes of a VirtualService's spec, as the cluster or the state gives it; undefined where it is something else. */
function httpRoutes(spec: unknown): readonly HttpRoute[] | undefined {
  const http = isMap(spec) ? spec['http'] : undefined;
  return Array.isArray(http) && http.every(isMap) ? http : undefined;
}

/** The weights of a VirtualService's default route, its last one. */
export function weightsOf(spec: unknown): Weights | undefined {
  const route = httpRoutes(spec)?.at(-1)?.route;
  if (!Array.isArray(route)) return undefined;
  const entries = route as readonly RouteEntry[];
  // A single destination needs no weight: it takes everything.
  const alone = entries.length === 1 ? 100 : 0;
  return Object.fromEntries(
    entries.map(({ destination, weight }) => [destination?.subset ?? ANY_VERSION, weight ?? alone]),
  );
}

/** Every subset that a VirtualService sends requests or copies to, by whatever rule. */
export function mentionedIn(spec: unknown): readonly string[] {
  const subsets = (httpRoutes(spec) ?? []).flatMap(({ route = [], mirrors = [], mirror }) => [
    ...[...route, ...mirrors].map(({ destination }) => destination?.subset),
    mirror?.subset,
  ]);
  return [...new Set(subsets.filter((subset) => subset !== undefined))];
}

/** The same VirtualService with its default route, the last one, leading to the stable version alone. */
export function back(applied: Manifest, stable: string): Manifest {
  const http = httpRoutes(applied.spec) ?? [];
  const last = http.at(-1);
  const destination = last?.route?.[0]?.destination;
  if (last === undefined || destination === undefined) return applied;
  const route = [{ destination: { ...destination, subset: stable } }];
  return {
    ...applied,
    spec: { ...(applied.spec as object), http: [...http.slice(0, -1), { ...last, route }] },
  };
}
