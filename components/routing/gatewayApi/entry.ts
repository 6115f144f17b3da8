import type { Manifest } from '../manifest';
import type { EntryPlace } from '../router';
import { API_VERSION } from './names';

/**
 * Where the ingress gateway runs. A Gateway that takes an existing gateway by its address has to stand in its namespace, or
 * istiod answers AddressNotUsable.
 */
export const GATEWAY_NAMESPACE = 'istio-system';

const INGRESS = `istio-ingressgateway.${GATEWAY_NAMESPACE}.svc.cluster.local`;

/** The Gateway's name: applications of several namespaces have theirs in the one namespace of the ingress gateway. */
export const gatewayName = <N>({ name, gateway = `${name}-gateway` }: EntryPlace<N>): string => gateway;

/** The Gateway on Istio's ingress gateway. A host of `*` stands for every one, which the API says by naming none. */
export const gateway = <N>(entry: EntryPlace<N>): Manifest<'Gateway', object, N> => ({
  apiVersion: API_VERSION,
  kind: 'Gateway',
  metadata: { name: gatewayName(entry), namespace: GATEWAY_NAMESPACE as N },
  spec: {
    gatewayClassName: 'istio',
    addresses: [{ type: 'Hostname', value: INGRESS }],
    listeners: entry.hosts.map((host, place) => ({
      name: place === 0 ? 'http' : `http-${place + 1}`,
      ...(host === '*' ? {} : { hostname: host }),
      port: 80,
      protocol: 'HTTP',
      allowedRoutes: {
        namespaces: {
          from: 'Selector',
          selector: { matchLabels: { 'kubernetes.io/metadata.name': entry.namespace } },
        },
      },
    })),
  },
});
