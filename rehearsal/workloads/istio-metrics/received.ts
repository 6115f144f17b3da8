import type { PodView } from '../pods';
import { noServices, targetPort, type ServiceView, type Services } from '../services';
import { Histogram } from './histogram';
import { destinationLabels, labelText, outcomeLabels, unknownSource, type Outcome } from './labels';

/** A request that was answered, or was not. */
export interface ReceivedRequest extends Outcome {
  readonly protocol: 'http' | 'grpc';
  readonly code: number;
  /** The pod's port it came to. */
  readonly port: number;
  readonly durationMs: number;
  readonly requestBytes?: number;
  readonly responseBytes?: number;
}

/** A connection of plain bytes that has ended. */
export interface ReceivedConnection {
  readonly port: number;
  readonly received: number;
  readonly sent: number;
}

class Requests {
  total = 0;
  readonly duration = new Histogram();
  readonly requestBytes = new Histogram();
  readonly responseBytes = new Histogram();
}

interface Connections {
  opened: number;
  closed: number;
  sent: number;
  received: number;
}

const type = (name: string, kind: 'counter' | 'histogram', lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`# TYPE ${name} ${kind}`, ...lines];

/** The first of the Services that choose the pod and send to this port. */
function serviceAt(services: Services, pod: PodView, port: number): ServiceView | undefined {
  return services.selecting(pod).find(({ ports }) => ports.some((one) => targetPort(pod, one) === port));
}

/**
 * Istio's standard metrics of what a pod has received, as a sidecar's inbound half writes them
 * [istio/proxy source/extensions/filters/http/istio_stats/istio_stats.cc].
 *
 * An upstream Envoy lacks the extension that counts them, so whoever plays the inbound half does. Without that extension
 * and without mutual TLS a sidecar does not learn who calls: of the source, the labels know nothing.
 */
export class ReceivedMetrics {
  private readonly requests = new Map<string, Requests>();
  private readonly connections = new Map<string, Connections>();
  /** The labels of each outcome: the same few, again and again. */
  private readonly known = new Map<string, string>();

  constructor(
    private readonly pod: PodView,
    private readonly services: Services = noServices,
  ) {}

  request({ port, durationMs, requestBytes = 0, responseBytes = 0, ...outcome }: ReceivedRequest): void {
    const key = this.labels(port, outcome);
    const entry = this.requests.get(key) ?? new Requests();
    this.requests.set(key, entry);
    entry.total += 1;
    // Whole milliseconds, as the filter records them.
    entry.duration.record(Math.floor(durationMs));
    entry.requestBytes.record(requestBytes);
    entry.responseBytes.record(responseBytes);
  }

  /** A connection of plain bytes is counted twice: when it opens, and with its bytes when it ends. */
  opened(port: number): void {
    this.connection(port).opened += 1;
  }

  closed({ port, received, sent }: ReceivedConnection): void {
    const entry = this.connection(port);
    entry.closed += 1;
    entry.received += received;
    entry.sent += sent;
  }

  /** In Prometheus' text format; empty before the first request. */
  text(): string {
    const requests = [...this.requests];
    const connections = [...this.connections];
    const histograms = (
      [
        ['istio_request_duration_milliseconds', 'duration'],
        ['istio_request_bytes', 'requestBytes'],
        ['istio_response_bytes', 'responseBytes'],
      ] as const
    ).flatMap(([name, key]) =>
      type(
        name,
        'histogram',
        requests.flatMap(([labels, entry]) => entry[key].lines(name, labels)),
      ),
    );
    const counters = (
      [
        ['istio_tcp_connections_opened_total', 'opened'],
        ['istio_tcp_connections_closed_total', 'closed'],
        ['istio_tcp_sent_bytes_total', 'sent'],
        ['istio_tcp_received_bytes_total', 'received'],
      ] as const
    ).flatMap(([name, key]) =>
      type(
        name,
        'counter',
        connections.map(([labels, entry]) => `${name}{${labels}} ${entry[key]}`),
      ),
    );
    const total = 'istio_requests_total';
    const lines = [
      ...type(
        total,
        'counter',
        requests.map(([labels, entry]) => `${total}{${labels}} ${entry.total}`),
      ),
      ...histograms,
      ...counters,
    ];
    return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  }

  private connection(port: number): Connections {
    const key = this.labels(port, { protocol: 'tcp', flags: '-' });
    const entry = this.connections.get(key) ?? { opened: 0, closed: 0, sent: 0, received: 0 };
    this.connections.set(key, entry);
    return entry;
  }

  private labels(port: number, outcome: Outcome): string {
    const service = serviceAt(this.services, this.pod, port);
    const { protocol, code, grpcStatus, flags } = outcome;
    const key = [service?.name, protocol, code, grpcStatus, flags].join(' ');
    let labels = this.known.get(key);
    if (labels === undefined) {
      labels = labelText({
        reporter: 'destination',
        ...unknownSource,
        ...destinationLabels(this.pod, service),
        ...outcomeLabels(outcome),
      });
      this.known.set(key, labels);
    }
    return labels;
  }
}
