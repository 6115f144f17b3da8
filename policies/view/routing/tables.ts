import { grouped } from '../../../components/validation';
import type { KubeObject } from '../../model/object';
import { index, type Objects } from '../../model/view';
import { UnknownValue } from '../../model/unknown';
import { frontendsOf, gatewayRouteObjects, gatewayRoutes } from './gatewayApi';
import { covers, type Match } from './matches';
import type { Destination, Route } from './model';
import {
  delegateOf,
  gatewaysOf,
  hostsOf,
  istioRoutes,
  MESH,
  virtualServiceNamed,
  virtualServices,
} from './virtualServices';

/** Every object that routes: VirtualServices and the routes of the Gateway API. */
export const routingObjects = index((view): readonly KubeObject[] => [
  ...virtualServices(view),
  ...gatewayRouteObjects(view),
]);

const isIstio = ({ kind }: KubeObject): boolean => kind === 'VirtualService';

const held = new WeakMap<KubeObject, readonly Route[]>();

/** The routes that stand in one object; throws `UnknownValue` where one is not known. */
export function routesOf(object: KubeObject): readonly Route[] {
  const known = held.get(object);
  if (known !== undefined) return known;
  const routes = isIstio(object) ? istioRoutes(object) : gatewayRoutes(object);
  held.set(object, routes);
  return routes;
}

/** Every destination of an object, whatever the protocol; throws `UnknownValue` where one is not known. */
export const destinationsOf = (object: KubeObject): readonly Destination[] =>
  routesOf(object).flatMap(({ destinations }) => destinations);

/** A match that takes what both take. */
const both = (a: Match, b: Match): Match => ({
  ...a,
  texts: { ...a.texts, ...b.texts },
  headers: { ...a.headers, ...b.headers },
  withoutHeaders: { ...a.withoutHeaders, ...b.withoutHeaders },
  queryParams: { ...a.queryParams, ...b.queryParams },
  sourceLabels: { ...a.sourceLabels, ...b.sourceLabels },
  port: b.port ?? a.port,
  sourceNamespace: b.sourceNamespace ?? a.sourceNamespace,
});

/** The routes of an object as requests meet them: with those of its delegates in their places. */
export function effectiveRoutes(view: Objects, object: KubeObject): readonly Route[] {
  return routesOf(object).flatMap((route) => {
    const delegate = isIstio(object) ? delegateOf(route) : undefined;
    const other =
      delegate === undefined ? undefined : virtualServiceNamed(view, delegate.place, delegate.name);
    if (other === undefined || other === object) return [route];
    return routesOf(other).map((inner) => ({
      ...inner,
      matches: route.matches.flatMap((outer) => inner.matches.map((match) => both(outer, match))),
    }));
  });
}

/** What requests meet that come in one way for one host: the routes in their order. */
export interface Table {
  readonly host: string;
  /** `mesh`, or a gateway. */
  readonly gateway: string;
  /** The objects it is made of, in the order in which they were read. */
  readonly objects: readonly KubeObject[];
  readonly routes: readonly Route[];
}

const comesBy = (match: Match, gateway: string): boolean =>
  match.gateways === undefined || match.gateways.includes(gateway);

interface Entry {
  readonly host: string;
  readonly gateway: string;
  readonly object: KubeObject;
}

const entriesOf = (object: KubeObject): readonly Entry[] =>
  (isIstio(object)
    ? hostsOf(object).flatMap((host) => gatewaysOf(object).map((gateway) => ({ host, gateway })))
    : frontendsOf(object)
  ).map((entry) => ({ ...entry, object }));

/** All tables. Objects with values that are not known are left out: each policy says of them that it cannot judge them. */
export const tables = index((view): readonly Table[] => {
  const entries = routingObjects(view).flatMap((object) => {
    try {
      effectiveRoutes(view, object);
      return entriesOf(object);
    } catch (error) {
      if (!(error instanceof UnknownValue)) throw error;
      return [];
    }
  });
  return [...grouped(entries, ({ host, gateway }) => `${gateway}\0${host}`).values()].map((same) => {
    const { host, gateway } = same[0]!;
    const objects = [...new Set(same.map(({ object }) => object))];
    const routes = objects.flatMap((object) => effectiveRoutes(view, object));
    return {
      ...{ host, gateway, objects },
      routes: routes.filter(({ matches }) => matches.some((match) => comesBy(match, gateway))),
    };
  });
});

/** Which route of a table takes the requests that meet a match, as far as can be seen; undefined where none surely does. */
export function routeFor({ routes, gateway }: Table, match: Match): Route | undefined {
  const asked = { ...match, gateways: [gateway] };
  return routes.find(({ matches }) => matches.some((wide) => covers(wide, asked)));
}

/** Tables of the mesh for a host, and of gateways whose routes lead to it. */
export const isMesh = ({ gateway }: Pick<Table, 'gateway'>): boolean => gateway === MESH;
