import { label } from './metrics';
import { canonicalOf, workloadOf } from './workload';
import type { PodView } from './pods';

/** Upper bounds of Istio's histogram of durations, milliseconds. */
const boundsMs = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
];

interface Counted {
  readonly code: number;
  readonly flags: string;
  requests: number;
  sumMs: number;
  /** Requests by the bucket they fall into; the last one is for what no bound holds. */
  readonly buckets: number[];
}

const unknownSource = [
  ...['source_workload', 'source_workload_namespace', 'source_principal', 'source_app', 'source_version'],
  ...['source_canonical_service', 'source_canonical_revision', 'source_cluster'],
];

/** The labels that are the same on all series of a pod, in the spelling of Istio's standard metrics. */
function labelsOf(pod: PodView): string {
  const { name: canonicalService, revision } = canonicalOf(pod);
  const labels: [string, string][] = [
    ['reporter', 'destination'],
    ...unknownSource.map((name): [string, string] => [name, 'unknown']),
    ['destination_workload', workloadOf(pod)],
    ['destination_workload_namespace', pod.namespace],
    ['destination_principal', 'unknown'],
    ['destination_app', pod.service || 'unknown'],
    ['destination_version', pod.version],
    ['destination_service', `${pod.service}.${pod.namespace}.svc.cluster.local`],
    ['destination_service_name', pod.service],
    ['destination_service_namespace', pod.namespace],
    ['destination_canonical_service', canonicalService],
    ['destination_canonical_revision', revision],
    ['destination_cluster', 'Kubernetes'],
    ['request_protocol', 'http'],
    ['grpc_response_status', ''],
    ['connection_security_policy', 'none'],
  ];
  return labels.map(([name, value]) => `${name}="${label(value)}"`).join(',');
}

/**
 * Istio's standard metrics of the requests that a pod has received, as a sidecar's inbound side reports them.
 *
 * An upstream Envoy lacks the extension that counts them, so whoever plays the inbound side does. Without that extension
 * (and without mutual TLS) a sidecar does not learn who calls, either: what the labels say of the source is `unknown`.
 */
export class IstioMetrics {
  private readonly counted = new Map<string, Counted>();
  private readonly labels: string;

  constructor(pod: PodView) {
    this.labels = labelsOf(pod);
  }

  /** @param flags Envoy's response flags; `-` for an answer that nothing went wrong with */
  observe(code: number, flags: string, durationMs: number): void {
    const key = `${code} ${flags}`;
    let entry = this.counted.get(key);
    if (!entry) {
      entry = { code, flags, requests: 0, sumMs: 0, buckets: Array<number>(boundsMs.length + 1).fill(0) };
      this.counted.set(key, entry);
    }
    entry.requests += 1;
    entry.sumMs += durationMs;
    const bound = boundsMs.findIndex((upper) => durationMs <= upper);
    const bucket = bound < 0 ? boundsMs.length : bound;
    entry.buckets[bucket] = (entry.buckets[bucket] ?? 0) + 1;
  }

  /** In Prometheus' text format; empty before the first request. */
  text(): string {
    if (this.counted.size === 0) return '';
    const total = 'istio_requests_total';
    const duration = 'istio_request_duration_milliseconds';
    const entries = [...this.counted.values()].map((entry) => ({
      ...entry,
      labels: `${this.labels},response_code="${entry.code}",response_flags="${label(entry.flags)}"`,
    }));
    return [
      `# TYPE ${total} counter`,
      ...entries.map(({ labels, requests }) => `${total}{${labels}} ${requests}`),
      `# TYPE ${duration} histogram`,
      ...entries.flatMap(({ labels, buckets, requests, sumMs }) => {
        let sum = 0;
        return [
          ...boundsMs.map((bound, index) => {
            sum += buckets[index] ?? 0;
            return `${duration}_bucket{${labels},le="${bound}"} ${sum}`;
          }),
          `${duration}_bucket{${labels},le="+Inf"} ${requests}`,
          `${duration}_sum{${labels}} ${sumMs}`,
          `${duration}_count{${labels}} ${requests}`,
        ];
      }),
      '',
    ].join('\n');
  }
}
