import type { Manifest } from '../manifest';
import type { EntryPlace } from '../router';
import { splitName } from './virtualService';

const apiVersion = 'networking.istio.io/v1';

/** The Gateway on the label that Istio's ingress gateway carries. */
export const gateway = <N>({ name, namespace, hosts }: EntryPlace<N>): Manifest<'Gateway', object, N> => ({
  apiVersion,
  kind: 'Gateway',
  metadata: { name: `${name}-gateway`, namespace },
  spec: {
    selector: { istio: 'ingressgateway' },
    servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [...hosts] }],
  },
});

/** The routes from the Gateway to the service that requests enter by. */
export const gatewayRoutes = <N>({
  name,
  namespace,
  hosts,
  paths,
  service,
  port,
  released,
}: EntryPlace<N>): Manifest<'VirtualService', object, N> => ({
  apiVersion,
  kind: 'VirtualService',
  metadata: { name, namespace },
  spec: {
    hosts: [...hosts],
    gateways: [`${name}-gateway`],
    http: [
      {
        match: paths.map((uri) => ({ uri })),
        ...(released
          ? { delegate: { name: splitName(service) } }
          : { route: [{ destination: { host: service, port: { number: port } } }] }),
      },
    ],
  },
});
