import { at, listAt, numberAt, textAt, textsAt, type Segment } from '../../model/json';
import type { KubeObject } from '../../model/object';
import { ofKind, type Objects } from '../../model/view';
import { resolveHost } from './hosts';
import { EVERYTHING, readGatewayMatch } from './matches';
import type { Destination, Protocol, Route } from './model';
import { MESH } from './virtualServices';

export const GATEWAY_API = 'gateway.networking.k8s.io';

const kinds: Readonly<Record<string, Protocol>> = {
  HTTPRoute: 'http',
  GRPCRoute: 'http',
  TLSRoute: 'tls',
  TCPRoute: 'tcp',
};

export const gatewayRouteObjects = (view: Objects): readonly KubeObject[] =>
  Object.keys(kinds).flatMap((kind) => ofKind(view, kind, GATEWAY_API));

/** What a route without a weight counts for, as the API has it. */
const DEFAULT_WEIGHT = 1;

/** A backend that is a Service; undefined for any other kind. */
function serviceHost(ref: unknown, place: string): string | undefined {
  if ((textAt(ref, 'kind') ?? 'Service') !== 'Service') return undefined;
  return resolveHost(textAt(ref, 'name') ?? '', textAt(ref, 'namespace') ?? place);
}

function destination(
  object: KubeObject,
  path: readonly Segment[],
  weight: number | undefined,
): readonly Destination[] {
  const ref = at(object.manifest, ...path);
  const host = serviceHost(ref, object.place);
  if (host === undefined) return [];
  return [
    {
      ...{ object, path, host, weight },
      weightPath: [...path, 'weight'],
      subset: undefined,
      port: numberAt(ref, 'port'),
      mirror: weight === undefined,
    },
  ];
}

function destinationsOf(object: KubeObject, base: readonly Segment[]): readonly Destination[] {
  const backends = listAt(object.manifest, ...base, 'backendRefs');
  const weights = backends.map((ref) => numberAt(ref, 'weight') ?? DEFAULT_WEIGHT);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return [
    ...backends.flatMap((_, place) =>
      destination(object, [...base, 'backendRefs', place], sum === 0 ? 0 : (100 * weights[place]!) / sum),
    ),
    ...listAt(object.manifest, ...base, 'filters').flatMap((filter, place) =>
      at(filter, 'requestMirror', 'backendRef') === undefined
        ? []
        : destination(object, [...base, 'filters', place, 'requestMirror', 'backendRef'], undefined),
    ),
  ];
}

/** The routes of one object of the Gateway API. */
export function gatewayRoutes(object: KubeObject): readonly Route[] {
  const protocol = kinds[object.kind] ?? 'http';
  return listAt(object.manifest, 'spec', 'rules').map((route, place): Route => {
    const path: readonly Segment[] = ['spec', 'rules', place];
    const matches = listAt(route, 'matches').map(readGatewayMatch);
    return {
      object,
      path,
      listPath: [...path, 'backendRefs'],
      protocol,
      route,
      matches: matches.length === 0 ? [EVERYTHING] : matches,
      destinations: destinationsOf(object, path),
    };
  });
}

/** What such an object routes: Services inside the mesh, or hosts at gateways. */
export function frontendsOf(
  object: KubeObject,
): readonly { readonly host: string; readonly gateway: string }[] {
  const names = textsAt(object.manifest, 'spec', 'hostnames').map((host) => resolveHost(host, object.place));
  return listAt(object.manifest, 'spec', 'parentRefs').flatMap((parent) => {
    const name = textAt(parent, 'name') ?? '';
    const place = textAt(parent, 'namespace') ?? object.place;
    if (textAt(parent, 'kind') === 'Service') return [{ host: resolveHost(name, place), gateway: MESH }];
    return (names.length === 0 ? ['*'] : names).map((host) => ({
      host,
      gateway: `gateway-api:${place}/${name}`,
    }));
  });
}
