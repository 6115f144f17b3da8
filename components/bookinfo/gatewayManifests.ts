/** How the application is reached from outside of the mesh. */
export interface GatewayOptions<N = string> {
  readonly namespace: N;
  /** Host names the gateway answers to. Default: every one. */
  readonly hosts?: readonly string[];
}

/** The paths of productpage that browsers ask for; everything else stays inside. */
export const publicPaths = [
  { exact: '/productpage' },
  { prefix: '/static' },
  { exact: '/login' },
  { exact: '/logout' },
  { prefix: '/api/v1/products' },
] as const;

const apiVersion = 'networking.istio.io/v1';

export const GATEWAY_NAME = 'bookinfo-gateway';

/** The Gateway on the label that Istio's ingress gateway carries. */
export function gatewayManifest<N>({ namespace, hosts = ['*'] }: GatewayOptions<N>) {
  return {
    apiVersion,
    kind: 'Gateway',
    metadata: { name: GATEWAY_NAME, namespace },
    spec: {
      selector: { istio: 'ingressgateway' },
      servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [...hosts] }],
    },
  };
}

/** The routes from the Gateway to productpage. */
export function gatewayRoutesManifest<N>({ namespace, hosts = ['*'] }: GatewayOptions<N>) {
  return {
    apiVersion,
    kind: 'VirtualService',
    metadata: { name: 'bookinfo', namespace },
    spec: {
      hosts: [...hosts],
      gateways: [GATEWAY_NAME],
      http: [
        {
          match: publicPaths.map((uri) => ({ uri })),
          route: [{ destination: { host: 'productpage', port: { number: 9080 } } }],
        },
      ],
    },
  };
}
