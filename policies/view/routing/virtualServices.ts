import { at, listAt, numberAt, textAt, textsAt, type Segment } from '../../model/json';
import type { KubeObject } from '../../model/object';
import { named, ofKind, type Objects } from '../../model/view';
import { resolveHost } from './hosts';
import { EVERYTHING, readIstioMatch, type Match } from './matches';
import type { Destination, Protocol, Route } from './model';

export const ISTIO = 'networking.istio.io';
export const MESH = 'mesh';

export const virtualServices = (view: Objects): readonly KubeObject[] =>
  ofKind(view, 'VirtualService', ISTIO);

/** The hosts a VirtualService answers for, resolved. */
export const hostsOf = (object: KubeObject): readonly string[] =>
  textsAt(object.manifest, 'spec', 'hosts').map((host) => resolveHost(host, object.place));

/** A gateway's name in one form, `<namespace>/<name>`; `mesh` stays. */
export const gatewayName = (name: string, place: string): string =>
  name === MESH || name.includes('/') ? name.replace(/^\.\//, `${place}/`) : `${place}/${name}`;

/** Where the requests come in that it routes; without a list, from the mesh. */
export function gatewaysOf(object: KubeObject): readonly string[] {
  const listed = textsAt(object.manifest, 'spec', 'gateways');
  return listed.length === 0 ? [MESH] : listed.map((name) => gatewayName(name, object.place));
}

function destination(
  object: KubeObject,
  path: readonly Segment[],
  weightPath: readonly Segment[],
  weight: number | undefined,
): Destination {
  const value = at(object.manifest, ...path);
  return {
    object,
    path,
    weightPath,
    host: resolveHost(textAt(value, 'host') ?? '', object.place),
    subset: textAt(value, 'subset'),
    port: numberAt(value, 'port', 'number'),
    weight,
    mirror: weight === undefined,
  };
}

function weighted(object: KubeObject, base: readonly Segment[]): readonly Destination[] {
  const entries = listAt(object.manifest, ...base, 'route');
  // What a single destination has without a weight is everything; beside others it is nothing.
  const weights = entries.map((entry) => numberAt(entry, 'weight') ?? (entries.length === 1 ? 100 : 0));
  const sum = entries.length === 1 ? weights[0]! : weights.reduce((total, weight) => total + weight, 0);
  return entries.map((_, place) =>
    destination(
      object,
      [...base, 'route', place, 'destination'],
      [...base, 'route', place, 'weight'],
      // Istio takes weights as shares of their sum.
      entries.length === 1 ? (sum === 0 ? 0 : 100) : sum === 0 ? 0 : (100 * weights[place]!) / sum,
    ),
  );
}

function copies(object: KubeObject, base: readonly Segment[]): readonly Destination[] {
  const place = (...path: readonly Segment[]) => [...base, ...path];
  return [
    ...(at(object.manifest, ...place('mirror')) === undefined
      ? []
      : [destination(object, place('mirror'), place('mirror'), undefined)]),
    ...listAt(object.manifest, ...place('mirrors')).map((_, at_) =>
      destination(
        object,
        place('mirrors', at_, 'destination'),
        place('mirrors', at_, 'destination'),
        undefined,
      ),
    ),
  ];
}

const protocols: readonly Protocol[] = ['http', 'tls', 'tcp'];

/** The routes of one VirtualService; what a delegate adds stands in the delegate. */
export function istioRoutes(object: KubeObject): readonly Route[] {
  const gateways = gatewaysOf(object);
  return protocols.flatMap((protocol) =>
    listAt(object.manifest, 'spec', protocol).map((route, place): Route => {
      const path: readonly Segment[] = ['spec', protocol, place];
      const matches = listAt(route, 'match').map((match) => named_(readIstioMatch(match, gateways), object));
      return {
        object,
        path,
        listPath: [...path, 'route'],
        protocol,
        route,
        matches: matches.length === 0 ? [{ ...EVERYTHING, gateways }] : matches,
        destinations: [...weighted(object, path), ...copies(object, path)],
      };
    }),
  );
}

const named_ = (match: Match, object: KubeObject): Match => ({
  ...match,
  gateways: match.gateways?.map((name) => gatewayName(name, object.place)),
});

/** The delegate of a route; undefined where it has none. */
export function delegateOf({
  route,
  object,
}: Pick<Route, 'route' | 'object'>): { readonly name: string; readonly place: string } | undefined {
  const name = textAt(route, 'delegate', 'name');
  return name === undefined
    ? undefined
    : { name, place: textAt(route, 'delegate', 'namespace') ?? object.place };
}

export const virtualServiceNamed = (view: Objects, place: string, name: string): KubeObject | undefined =>
  named(view, ISTIO, 'VirtualService', place, name);
