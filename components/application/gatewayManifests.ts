import { entryPaths, findEntry, type Application } from './application';

/** How the application is reached from outside of the mesh. */
export interface GatewayOptions<N = string> {
  readonly application: Application;
  readonly namespace: N;
  /** Host names the gateway answers to. Default: every one. */
  readonly hosts?: readonly string[];
}

const apiVersion = 'networking.istio.io/v1';

export const gatewayName = ({ name }: Application): string => `${name}-gateway`;

/** The Gateway on the label that Istio's ingress gateway carries. */
export function gatewayManifest<N>({ application, namespace, hosts = ['*'] }: GatewayOptions<N>) {
  return {
    apiVersion,
    kind: 'Gateway',
    metadata: { name: gatewayName(application), namespace },
    spec: {
      selector: { istio: 'ingressgateway' },
      servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [...hosts] }],
    },
  };
}

/**
 * The routes from the Gateway to the service that requests enter by.
 * @throws Error when the application has none; a table that was read (`parseApplication`) always has one
 */
export function gatewayRoutesManifest<N>({ application, namespace, hosts = ['*'] }: GatewayOptions<N>) {
  const spec = findEntry(application);
  if (spec === undefined) throw new Error(`${application.name} has no service that requests enter by`);
  return {
    apiVersion,
    kind: 'VirtualService',
    metadata: { name: application.name, namespace },
    spec: {
      hosts: [...hosts],
      gateways: [gatewayName(application)],
      http: [
        {
          match: entryPaths(spec.entry).map((uri) => ({ uri })),
          route: [{ destination: { host: spec.name, port: { number: spec.port } } }],
        },
      ],
    },
  };
}
