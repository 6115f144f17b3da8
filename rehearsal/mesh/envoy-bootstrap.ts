/** Where istiod serves configuration, plaintext gRPC. */
export interface XdsAddress {
  readonly host: string;
  readonly port: number;
}

/** Who an Envoy is towards istiod. Everything that istiod makes its configuration from is in here. */
export interface EnvoyIdentity {
  /** `sidecar` sits beside a caller, `router` is a gateway. */
  readonly kind: 'sidecar' | 'router';
  readonly podIP: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The service's name; only for Envoy's own `cluster` name in logs and statistics. */
  readonly app: string;
  readonly serviceAccount?: string;
  /** Port of the admin interface, on the pod's IP. */
  readonly adminPort: number;
  /**
   * Port of this sidecar's HTTP proxy, on 127.0.0.1. All sidecars share one network namespace and there is no iptables,
   * so the port says which caller a request comes from. A router has none.
   */
  readonly httpProxyPort?: number;
  /** Istio's ProxyConfig of this pod, which istiod reads custom tags of spans from. Default: the mesh's own. */
  readonly proxyConfig?: Readonly<Record<string, unknown>>;
  readonly xds: XdsAddress;
}

/** The version that istiod is told; it decides which features of the proxy it may count on. */
const istioVersion = '1.31.0';

/** Envoy keeps spans for 5 s where few come; a rehearsal asks for whole traces sooner. */
const spanFlushMs = 1000;

/** istiod reads kind, address, name and domain from this one string. */
export function nodeId(identity: EnvoyIdentity): string {
  const { kind, podIP, name, namespace } = identity;
  return `${kind}~${podIP}~${name}.${namespace}~${namespace}.svc.cluster.local`;
}

function nodeMetadata(identity: EnvoyIdentity): Record<string, unknown> {
  const common = {
    NAMESPACE: identity.namespace,
    LABELS: identity.labels,
    INSTANCE_IPS: identity.podIP,
    CLUSTER_ID: 'Kubernetes',
    MESH_ID: 'cluster.local',
    ISTIO_VERSION: istioVersion,
    ...(identity.serviceAccount ? { SERVICE_ACCOUNT: identity.serviceAccount } : {}),
    ...(identity.proxyConfig ? { PROXY_CONFIG: identity.proxyConfig } : {}),
  };
  if (identity.kind === 'router') return common;
  return {
    ...common,
    INTERCEPTION_MODE: 'NONE',
    ...(identity.httpProxyPort ? { HTTP_PROXY_PORT: String(identity.httpProxyPort) } : {}),
  };
}

const socketAddress = (address: string, port: number) => ({
  socket_address: { address, port_value: port },
});

/**
 * Envoy's bootstrap: an admin interface and one aggregated stream to istiod. Listeners and clusters may take as long as
 * they need (`initial_fetch_timeout: 0s`), so that an Envoy which says it is live has its whole configuration.
 */
export function renderBootstrap(identity: EnvoyIdentity): Record<string, unknown> {
  const fromIstiod = { ads: {}, resource_api_version: 'V3', initial_fetch_timeout: '0s' };
  const http2 = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
  return {
    node: {
      id: nodeId(identity),
      cluster: `${identity.app}.${identity.namespace}`,
      metadata: nodeMetadata(identity),
    },
    admin: { address: socketAddress(identity.podIP, identity.adminPort) },
    layered_runtime: {
      layers: [{ name: 'rehearsal', static_layer: { 'tracing.zipkin.flush_interval_ms': spanFlushMs } }],
    },
    dynamic_resources: {
      lds_config: fromIstiod,
      cds_config: fromIstiod,
      ads_config: {
        api_type: 'GRPC',
        transport_api_version: 'V3',
        set_node_on_first_message_only: true,
        grpc_services: [{ envoy_grpc: { cluster_name: 'xds-grpc' } }],
      },
    },
    static_resources: {
      clusters: [
        {
          name: 'xds-grpc',
          type: 'STATIC',
          connect_timeout: '1s',
          typed_extension_protocol_options: {
            [http2]: {
              '@type': `type.googleapis.com/${http2}`,
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
          load_assignment: {
            cluster_name: 'xds-grpc',
            endpoints: [
              {
                lb_endpoints: [
                  { endpoint: { address: socketAddress(identity.xds.host, identity.xds.port) } },
                ],
              },
            ],
          },
        },
      ],
    },
  };
}
