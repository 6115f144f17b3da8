import { isMap } from '../../validation';
import type { Manifest } from '../manifest';
import type { RoadReader } from '../roads';

const listOf = (value: unknown, key: string): readonly Readonly<Record<string, unknown>>[] => {
  const list = isMap(value) ? value[key] : undefined;
  return Array.isArray(list) ? list.filter(isMap) : [];
};

const hostOf = (destination: unknown): readonly string[] =>
  isMap(destination) && typeof destination['host'] === 'string' ? [destination['host']] : [];

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];

/** The hosts whose requests inside of the mesh an object takes: without gateways, or with `mesh` among them. */
function takenHosts(spec: unknown): readonly string[] {
  if (!isMap(spec)) return [];
  const gateways = textsOf(spec['gateways']);
  return gateways.length === 0 || gateways.includes('mesh') ? textsOf(spec['hosts']) : [];
}

/** The hosts that a VirtualService leads requests to, or copies of them, by any protocol, or takes the requests of. */
function leadsTo({ apiVersion, kind, spec }: Manifest): readonly string[] {
  if (!apiVersion.startsWith('networking.istio.io/') || kind !== 'VirtualService') return [];
  const routes = ['http', 'tcp', 'tls'].flatMap((protocol) => listOf(spec, protocol));
  const hosts = routes.flatMap((route) => [
    ...[...listOf(route, 'route'), ...listOf(route, 'mirrors')].flatMap(({ destination }) =>
      hostOf(destination),
    ),
    ...hostOf(route['mirror']),
  ]);
  return [...new Set([...hosts, ...takenHosts(spec)])];
}

/** Istio's own routes. */
export const istioRoads: RoadReader = {
  kinds: [{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', plural: 'virtualservices' }],
  leadsTo,
};
