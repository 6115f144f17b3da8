import { isIP } from 'node:net';
import type { CoreV1Api, DiscoveryV1Api, V1EndpointSlice, V1Service } from '@kubernetes/client-node';

/** One address that a Service leads to. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Finds the addresses behind a host name and port. @throws where the name leads nowhere */
export type ResolveHost = (host: string, port: number) => Promise<readonly Endpoint[]>;

/** Name and namespace of the Service that a cluster-internal host name stands for; undefined for any other host. */
export function serviceOf(host: string): { name: string; namespace: string } | undefined {
  const match = /^([a-z0-9-]+)\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?\.?$/.exec(host);
  return match ? { name: match[1] ?? '', namespace: match[2] ?? '' } : undefined;
}

/** The ready addresses of a Service's port, from its EndpointSlices. */
export function endpointsOf(
  service: V1Service,
  slices: readonly V1EndpointSlice[],
  port: number,
): readonly Endpoint[] {
  const wanted = service.spec?.ports?.find((one) => one.port === port);
  if (!wanted) return [];
  return slices.flatMap((slice) => {
    // A Service with a single port may leave it without a name; the slice then says an empty one.
    const target = slice.ports?.find(({ name }) => (name ?? '') === (wanted.name ?? ''))?.port;
    if (target === undefined) return [];
    return slice.endpoints
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses }) => addresses.map((address) => ({ address, port: target })));
  });
}

/**
 * Resolves host names by asking the API server for the Service and its EndpointSlices: a rehearsal has neither a DNS server
 * nor a kube-proxy, and this is what the two of them go by.
 */
export function clusterResolver(core: CoreV1Api, discovery: DiscoveryV1Api): ResolveHost {
  return async (host, port) => {
    if (isIP(host)) return [{ address: host, port }];
    const service = serviceOf(host);
    if (!service)
      throw new Error(`${host} is no Service of the cluster, and there is no other way to resolve it`);
    const { name, namespace } = service;
    const [found, slices] = await Promise.all([
      core.readNamespacedService({ name, namespace }).catch((error: unknown) => {
        if ((error as { code?: number }).code === 404)
          throw new Error(`there is no Service ${namespace}/${name}`);
        throw error;
      }),
      discovery.listNamespacedEndpointSlice({
        namespace,
        labelSelector: `kubernetes.io/service-name=${name}`,
      }),
    ]);
    const endpoints = endpointsOf(found, slices.items, port);
    if (endpoints.length === 0)
      throw new Error(`Service ${namespace}/${name} has no ready endpoint for port ${port}`);
    return endpoints;
  };
}
