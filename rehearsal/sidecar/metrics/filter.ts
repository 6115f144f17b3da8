/**
 * The EnvoyFilter that has Envoys count Istio's standard metrics.
 *
 * Istio's own build of Envoy has an extension for it, istio_stats; upstream Envoy has an access logger that counts, with tags
 * that are made of what the access log knows [envoyproxy/envoy api/envoy/extensions/access_loggers/stats/v3/stats.proto]. It
 * counts when a stream ends, as the extension does. What Istio's labels are made of is counted by; the labels themselves are
 * laid over it where the metrics are read (`labels.ts`).
 */

/** The tags that are counted by, with the access log's operator for each. */
export type RawTags = Readonly<Record<string, string>>;

/** What is known of every stream. `peer` is the other end: the caller of an inbound stream, the host of an outbound one. */
const inbound: RawTags = {
  reporter: 'destination',
  peer: '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%',
  source_principal: '%DOWNSTREAM_PEER_URI_SAN%',
  destination_principal: '%DOWNSTREAM_LOCAL_URI_SAN%',
  cluster: '%UPSTREAM_CLUSTER_RAW%',
  services: '%CLUSTER_METADATA(istio:services)%',
  flags: '%RESPONSE_FLAGS%',
};

const outbound: RawTags = {
  reporter: 'source',
  peer: '%UPSTREAM_HOST%',
  source_principal: '%UPSTREAM_LOCAL_URI_SAN%',
  destination_principal: '%UPSTREAM_PEER_URI_SAN%',
  workload: '%UPSTREAM_METADATA(istio:workload)%',
  cluster: '%UPSTREAM_CLUSTER_RAW%',
  services: '%CLUSTER_METADATA(istio:services)%',
  flags: '%RESPONSE_FLAGS%',
};

/** What HTTP adds. The type of the content is cut to what tells gRPC: the rest may be anything. */
const http: RawTags = {
  code: '%RESPONSE_CODE%',
  details: '%RESPONSE_CODE_DETAILS%',
  grpc_status: '%GRPC_STATUS_NUMBER%',
  content_type: '%REQ(CONTENT-TYPE):16%',
};

/** A sidecar names a host without a cluster by the Host header; a gateway does not. */
const host: RawTags = { authority: '%REQ(:AUTHORITY)%' };

const any = 'type.googleapis.com';
const logger = `${any}/envoy.extensions.access_loggers.stats.v3.Config`;

/**
 * Before the metrics' own names, as Istio's extension has it: Istio's list of statistics lets out what begins with `istio`, and a
 * filter in a scrape's address finds them by name.
 */
export const statPrefix = 'istiocustom';

const tagList = (tags: RawTags) =>
  Object.entries(tags).map(([name, format]) => ({ name, value_format: format }));

const counter = (name: string, tags: RawTags, format?: string) => ({
  stat: { name, tags: tagList(tags) },
  ...(format === undefined ? { value_fixed: 1 } : { value_format: format }),
});

const histogram = (name: string, unit: string, format: string, tags: RawTags) => ({
  stat: { name, tags: tagList(tags) },
  unit,
  value_format: format,
});

function httpLogger(tags: RawTags) {
  const all = { ...tags, ...http };
  return {
    name: 'envoy.access_loggers.stats',
    typed_config: {
      '@type': logger,
      stat_prefix: statPrefix,
      counters: [counter('istio_requests_total', all)],
      histograms: [
        histogram('istio_request_duration_milliseconds', 'Milliseconds', '%DURATION%', all),
        histogram('istio_request_bytes', 'Bytes', '%DOWNSTREAM_WIRE_BYTES_RECEIVED%', all),
        histogram('istio_response_bytes', 'Bytes', '%DOWNSTREAM_WIRE_BYTES_SENT%', all),
      ],
    },
  };
}

function tcpLogger(type: string, counters: object[]) {
  return {
    name: 'envoy.access_loggers.stats',
    filter: { log_type_filter: { types: [type] } },
    typed_config: { '@type': logger, stat_prefix: statPrefix, counters },
  };
}

function tcpLoggers(tags: RawTags) {
  return [
    tcpLogger('TcpUpstreamConnected', [counter('istio_tcp_connections_opened_total', tags)]),
    tcpLogger('TcpConnectionEnd', [
      counter('istio_tcp_connections_closed_total', tags),
      counter('istio_tcp_received_bytes_total', tags, '%BYTES_RECEIVED%'),
      counter('istio_tcp_sent_bytes_total', tags, '%BYTES_SENT%'),
    ]),
  ];
}

const manager = 'envoy.filters.network.http_connection_manager';
const tcpProxy = 'envoy.filters.network.tcp_proxy';

function patch(context: string, filter: string, type: string, value: object) {
  return {
    applyTo: 'NETWORK_FILTER',
    match: { context, listener: { filterChain: { filter: { name: filter } } } },
    patch: { operation: 'MERGE', value: { typed_config: { '@type': `${any}/${type}`, ...value } } },
  };
}

function patches(context: string, tags: RawTags, more: RawTags = {}) {
  const httpType = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
  const tcpType = 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy';
  return [
    patch(context, manager, httpType, { access_log: [httpLogger({ ...tags, ...more })] }),
    patch(context, tcpProxy, tcpType, {
      access_log: tcpLoggers(tags),
      access_log_options: { flush_access_log_on_connected: true },
    }),
  ];
}

/** For every proxy of the mesh: the namespace is Istio's root namespace. */
export const metricsFilter = {
  apiVersion: 'networking.istio.io/v1alpha3',
  kind: 'EnvoyFilter',
  metadata: {
    name: 'rehearsal-metrics',
    namespace: 'istio-system',
    annotations: {
      // It is merged into filters of any order, so the finding about relative patches does not concern it.
      'galley.istio.io/analyze-suppress': 'IST0133,IST0151',
    },
  },
  spec: {
    configPatches: [
      ...patches('SIDECAR_INBOUND', inbound),
      ...patches('SIDECAR_OUTBOUND', outbound, host),
      ...patches('GATEWAY', outbound),
    ],
  },
} as const;
