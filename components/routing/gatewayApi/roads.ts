import { isMap } from '../../validation';
import type { Manifest } from '../manifest';
import type { RoadReader } from '../roads';

const group = 'gateway.networking.k8s.io';

/**
 * The route kinds with the versions that clusters serve them in: TLSRoute and TCPRoute came into the standard channel with
 * Gateway API 1.5 and 1.6.
 */
const kinds = [
  ['HTTPRoute', 'httproutes', ['v1']],
  ['GRPCRoute', 'grpcroutes', ['v1']],
  ['TLSRoute', 'tlsroutes', ['v1', 'v1alpha3', 'v1alpha2']],
  ['TCPRoute', 'tcproutes', ['v1', 'v1alpha2']],
] as const;

const maps = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isMap) : [];

/** A reference to a Service as a host; a group and a kind that are left out mean one in `backendRefs`, not in `parentRefs`. */
function hostOf(ref: unknown, namespace: string | undefined, kindByDefault?: 'Service'): readonly string[] {
  if (!isMap(ref) || typeof ref['name'] !== 'string') return [];
  const { name, kind = kindByDefault, group: of = kindByDefault === undefined ? group : '' } = ref;
  if (kind !== 'Service' || of !== '') return [];
  const place = typeof ref['namespace'] === 'string' ? ref['namespace'] : namespace;
  return [place === undefined ? name : `${name}.${place}`];
}

/** The hosts that a route leads to, sends copies to, or, by its parents, takes the requests of. */
function leadsTo({ apiVersion, kind, metadata, spec }: Manifest): readonly string[] {
  if (!apiVersion.startsWith(`${group}/`) || !kinds.some(([known]) => known === kind) || !isMap(spec))
    return [];
  const { namespace } = metadata;
  const rules = maps(spec['rules']);
  const mirrors = rules.flatMap((rule) =>
    maps(rule['filters']).map(({ requestMirror }) =>
      isMap(requestMirror) ? requestMirror['backendRef'] : undefined,
    ),
  );
  return [
    ...maps(spec['parentRefs']).flatMap((ref) => hostOf(ref, namespace)),
    ...rules.flatMap((rule) => maps(rule['backendRefs']).flatMap((ref) => hostOf(ref, namespace, 'Service'))),
    ...mirrors.flatMap((ref) => hostOf(ref, namespace, 'Service')),
  ];
}

/** The routes of the Gateway API, which Istio follows beside its own. */
export const gatewayApiRoads: RoadReader = {
  kinds: kinds.flatMap(([kind, plural, versions]) =>
    versions.map((version) => ({ apiVersion: `${group}/${version}`, kind, plural })),
  ),
  leadsTo,
};
