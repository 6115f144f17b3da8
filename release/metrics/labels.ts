import type { Reading } from './assemble';
import type { Scope } from './model';

/** Which metrics and labels tell requests, versions, codes and latency. */
export interface MetricNames {
  /** Counter of requests. */
  readonly requests: string;
  /** Cumulative buckets of latency; undefined where there are none. */
  readonly buckets?: string;
  readonly versionLabel: string;
  /** Where the version is a part of the label: its whole text, whose first group is the version (RE2, not anchored). */
  readonly versionPattern?: string;
  readonly codeLabel: string;
  /** Codes that count as errors. */
  readonly errorCodes: RegExp;
  /** The bound's label. */
  readonly boundLabel: string;
  /** Milliseconds in one unit of the bound: 1 for milliseconds, 1000 for seconds. */
  readonly boundUnitMs: number;
  /** Further labels a counter must have, label → value. */
  readonly selector: Readonly<Record<string, string>>;
}

/**
 * Istio's standard metrics as the callers' sidecars count them: what never reached the callee (no healthy upstream,
 * connection refused) is in them, which the callee's own cannot know. Code 0 is a connection that broke without answer.
 */
export const istioNames = (scope: Pick<Scope, 'service' | 'namespace'>): MetricNames => ({
  requests: 'istio_requests_total',
  buckets: 'istio_request_duration_milliseconds_bucket',
  versionLabel: 'destination_version',
  codeLabel: 'response_code',
  errorCodes: /^(5\d\d|0)$/,
  boundLabel: 'le',
  boundUnitMs: 1,
  selector: {
    reporter: 'source',
    destination_service_name: scope.service,
    ...(scope.namespace === undefined ? {} : { destination_service_namespace: scope.namespace }),
  },
});

/**
 * Envoy's own counters per cluster, for meshes without Istio's metrics: a subset is a cluster of its own, named
 * `outbound|<port>|<subset>|<host>`. Needs the proxies to keep the host in the tag, as Istio's bootstrap does.
 */
export const envoyNames = (scope: Pick<Scope, 'service' | 'namespace'>): MetricNames => ({
  requests: 'envoy_cluster_upstream_rq_xx',
  buckets: 'envoy_cluster_upstream_rq_time_bucket',
  versionLabel: 'envoy_cluster_name',
  versionPattern: `outbound[|][0-9]+[|]([^|]+)[|]${scope.service}${
    scope.namespace === undefined ? '' : `[.]${scope.namespace}`
  }([.;].*)?`,
  codeLabel: 'envoy_response_code_class',
  errorCodes: /^5$/,
  boundLabel: 'le',
  boundUnitMs: 1,
  selector: {},
});

/** How counters with these names are read. */
export function readingOf(names: MetricNames, scope: Scope): Reading {
  const wanted = new Set(scope.versions);
  const pattern =
    names.versionPattern === undefined ? undefined : new RegExp(`^(?:${names.versionPattern})$`);
  return {
    versionOf: (labels) => {
      const label = labels[names.versionLabel] ?? '';
      const version = pattern === undefined ? label : pattern.exec(label)?.[1];
      return version !== undefined && wanted.has(version) ? version : undefined;
    },
    isError: (labels) => names.errorCodes.test(labels[names.codeLabel] ?? ''),
    boundOf: (labels) => {
      const text = labels[names.boundLabel];
      if (text === undefined || text === '') return undefined;
      if (/^\+?Inf$/i.test(text)) return Infinity;
      const bound = Number(text) * names.boundUnitMs;
      return Number.isFinite(bound) ? bound : undefined;
    },
  };
}
