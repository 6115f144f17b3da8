import type { Scope } from '../model';

/** Which metrics and labels tell requests, versions, outcomes and latency. */
export interface MetricNames {
  /** Counter of requests. */
  readonly requests: string;
  /** Cumulative buckets of latency; undefined where there are none. */
  readonly buckets?: string;
  readonly versionLabel: string;
  /** Where the version is a part of the label: its whole text, whose first group is the version (RE2, not anchored). */
  readonly versionPattern?: string;
  /** Values of the version's label that stand for "not known", the missing label among them as the empty text. */
  readonly unknownVersions: readonly string[];
  /** The HTTP status, or its class as one digit. */
  readonly codeLabel: string;
  /** Labels that Istio has besides: missing ones are not asked for. */
  readonly flagsLabel?: string;
  readonly protocolLabel?: string;
  readonly grpcLabel?: string;
  readonly workloadLabel?: string;
  readonly revisionLabel?: string;
  readonly serviceLabel?: string;
  /** The bound's label. */
  readonly boundLabel: string;
  /** Milliseconds in one unit of the bound: 1 for milliseconds, 1000 for seconds. */
  readonly boundUnitMs: number;
  /** Labels a counter must have, label → value, or one of several values. */
  readonly selector: Readonly<Record<string, string | readonly string[]>>;
  /**
   * Labels that say nothing a gate asks for. A source that can sum adds up over them, which is exact within one proxy: its
   * counters begin and restart together.
   */
  readonly dropped: readonly string[];
}

type Subject = Pick<Scope, 'service' | 'namespace' | 'services'>;

const ends = (side: 'source' | 'destination', parts: readonly string[]) =>
  parts.map((part) => `${side}_${part}`);

/** Labels of Istio's standard metrics that no gate asks for (istio_stats.cc, envoyproxy/envoy contrib/istio). */
const irrelevant = [
  ...ends('source', ['workload', 'workload_namespace', 'principal', 'app', 'version']),
  ...ends('source', ['canonical_service', 'canonical_revision', 'cluster']),
  ...ends('destination', ['workload_namespace', 'principal', 'app', 'service', 'service_namespace']),
  ...ends('destination', ['canonical_service', 'cluster']),
  ...['connection_security_policy', 'reporter'],
];

/**
 * Istio's standard metrics as the callers' sidecars count them (`reporter="source"`): one request is in them once, whatever
 * was retried, and what never reached the callee is in them too. Such a request has no version: what the caller knows of the
 * callee comes with its answer, or with the endpoint, which holds workload and canonical revision only (istio/istio
 * pilot/pkg/networking/util/util.go AppendLbEndpointMetadata).
 */
export const istioNames = ({ service, namespace, services = {} }: Subject): MetricNames => ({
  requests: 'istio_requests_total',
  buckets: 'istio_request_duration_milliseconds_bucket',
  versionLabel: 'destination_version',
  unknownVersions: ['unknown', ''],
  codeLabel: 'response_code',
  flagsLabel: 'response_flags',
  protocolLabel: 'request_protocol',
  grpcLabel: 'grpc_response_status',
  workloadLabel: 'destination_workload',
  revisionLabel: 'destination_canonical_revision',
  serviceLabel: 'destination_service_name',
  boundLabel: 'le',
  boundUnitMs: 1,
  selector: {
    reporter: 'source',
    destination_service_name: [...new Set([service, ...Object.values(services)])],
    ...(namespace === undefined ? {} : { destination_service_namespace: namespace }),
  },
  dropped: irrelevant,
});

/**
 * Envoy's own counters per cluster, for meshes without Istio's metrics: a subset is a cluster of its own, named
 * `outbound|<port>|<subset>|<host>`. Needs the proxies to keep the host in the tag, as Istio's bootstrap does, and these
 * statistics to be switched on: Istio's inclusion list leaves them out (istio/istio pkg/bootstrap/config.go).
 */
export const envoyNames = ({ service, namespace }: Subject): MetricNames => ({
  requests: 'envoy_cluster_upstream_rq_xx',
  buckets: 'envoy_cluster_upstream_rq_time_bucket',
  versionLabel: 'envoy_cluster_name',
  versionPattern: `outbound[|][0-9]+[|]([^|]+)[|]${service}${
    namespace === undefined ? '' : `[.]${namespace}`
  }([.;].*)?`,
  unknownVersions: [],
  codeLabel: 'envoy_response_code_class',
  boundLabel: 'le',
  boundUnitMs: 1,
  selector: {},
  dropped: [],
});

/** Counters of one's own: nothing is assumed of them but the bound's label. */
export const ownNames = (): MetricNames => ({
  ...{ requests: '', versionLabel: '', codeLabel: '', boundLabel: 'le', boundUnitMs: 1 },
  unknownVersions: ['unknown', ''],
  selector: {},
  dropped: [],
});

/** The bound of a bucket in milliseconds; Infinity for the last, undefined where the label is missing or no number. */
export function boundOf(
  { boundLabel, boundUnitMs }: Pick<MetricNames, 'boundLabel' | 'boundUnitMs'>,
  labels: Readonly<Record<string, string>>,
): number | undefined {
  const text = labels[boundLabel];
  if (text === undefined || text === '') return undefined;
  if (/^\+?Inf$/i.test(text)) return Infinity;
  const bound = Number(text) * boundUnitMs;
  return Number.isFinite(bound) ? bound : undefined;
}
