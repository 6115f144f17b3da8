import { DEFAULT_ROUTING, type RoutePolicy, type Routing } from '../canary';
import { grpcRouteRouter, httpRouteRouter, tcpRouteRouter } from './gatewayApi/router';
import { tcpRouter, virtualServiceRouter } from './istio/router';
import type { ObjectKind, TrafficRouter } from './router';

/** Every routing API there is, by the name that a release calls it by. */
export const routers = {
  virtualService: virtualServiceRouter,
  tcp: tcpRouter,
  httpRoute: httpRouteRouter,
  grpcRoute: grpcRouteRouter,
  tcpRoute: tcpRouteRouter,
} as const satisfies Readonly<Record<Routing, TrafficRouter>>;

/** The routing API of a release, or of the routes of a service that is not under release. */
export const routerOf = ({ routing = DEFAULT_ROUTING }: Pick<RoutePolicy, 'routing'>): TrafficRouter =>
  routers[routing];

const isSame = (a: ObjectKind, b: ObjectKind): boolean => a.apiVersion === b.apiVersion && a.kind === b.kind;

/** Kinds each once, with what any of them says of the names of its objects. */
function merged(kinds: readonly ObjectKind[]): readonly ObjectKind[] {
  const firsts = kinds.filter((kind, at) => kinds.findIndex((other) => isSame(kind, other)) === at);
  return firsts.map((first) => {
    const all = kinds.filter((kind) => isSame(kind, first));
    const suffixes = [...new Set(all.flatMap((kind) => kind.suffixes))];
    return { ...first, suffixes, ...(all.some(({ perVersion }) => perVersion) ? { perVersion: true } : {}) };
  });
}

/** Every kind of object that the routers of these APIs declare, each once. */
export const kindsOf = (routings: readonly Routing[]): readonly ObjectKind[] =>
  merged(routings.flatMap((routing) => routers[routing].kinds));

/** Every kind of object that some router declares, each once. */
export const routingKinds: readonly ObjectKind[] = kindsOf(Object.keys(routers) as Routing[]);
