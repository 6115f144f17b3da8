import type { IncomingHttpHeaders } from 'node:http';
import { below, newSpanId, traceContext, type TraceContext } from './b3';
import { ReceivedMetrics } from './istio-metrics';
import type { PodView } from './pods';
import { customTagsOf, proxyConfigOf, type CustomTags } from './proxy-config';
import type { ZipkinSpan } from './span-reporter';
import type { InboundTracing } from './telemetry';
import { noServices, type Services } from './services';
import type { Tracing } from './tracing';
import { canonicalOf } from './workload';

/** A request as the inbound side of a sidecar sees it. */
export interface InboundRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly protocol: string;
  readonly headers: IncomingHttpHeaders;
  /** The pod's port it came to. */
  readonly port: number;
  /** Whether it is a gRPC call. Default: it is not. */
  readonly grpc?: boolean;
}

/** How a request ended, as a proxy sees it. */
export interface Left {
  /** 0 where the caller was gone before an answer began. */
  readonly status: number;
  /** Envoy's response flags. Default `-`: nothing went wrong. */
  readonly flags?: string;
  readonly grpcStatus?: number;
  readonly requestBytes?: number;
  readonly responseBytes?: number;
}

/** A connection of plain bytes on its way through the inbound side. */
export interface InboundConnection {
  close(received: number, sent: number): void;
}

/** A request on its way through the inbound side. */
export interface Passage {
  /** What the application sees: the caller's headers, below this proxy's span where the trace is sampled. */
  readonly headers: IncomingHttpHeaders;
  /** The answer is there, or none comes any more. */
  leave(left: Left): void;
}

const first = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0];

function customTags(tags: CustomTags, headers: IncomingHttpHeaders): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, { literal, header, environment }] of Object.entries(tags)) {
    // The variables of a container that does not run cannot be asked: their default stands for them.
    const value = header
      ? (first(headers[header.name?.toLowerCase() ?? '']) ?? header.defaultValue)
      : (literal?.value ?? environment?.defaultValue);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** Microseconds since the epoch. */
const nowMicros = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000);

/**
 * Plays the inbound listener of a sidecar for the requests that reach its pod: counts them as Istio does, and takes part in
 * traces with a SERVER span of its own between the caller's span and whatever the application calls. Callers have a real
 * Envoy, which does the outbound half; nothing redirects a pod's incoming traffic to it, so this half is played.
 */
export class Inbound {
  readonly metrics: ReceivedMetrics;
  private readonly config: CustomTags;
  private readonly istioTags: Readonly<Record<string, string>>;
  private readonly nodeTags: Readonly<Record<string, string>>;

  constructor(
    private readonly pod: PodView,
    private readonly tracing?: Tracing,
    services: Services = noServices,
  ) {
    this.metrics = new ReceivedMetrics(pod, services);
    this.config = customTagsOf(proxyConfigOf(pod));
    const { name, revision } = canonicalOf(pod);
    const { namespace } = pod;
    this.istioTags = {
      'istio.canonical_service': name,
      'istio.canonical_revision': revision,
      'istio.namespace': namespace,
      'istio.mesh_id': 'cluster.local',
      'istio.cluster_id': 'Kubernetes',
    };
    this.nodeTags = {
      component: 'proxy',
      node_id: `sidecar~${pod.podIP}~${pod.name}.${namespace}~${namespace}.svc.cluster.local`,
    };
  }

  enter(request: InboundRequest): Passage {
    const startedAt = performance.now();
    const observe = ({ status, flags = '-', ...left }: Left) =>
      this.metrics.request({
        ...left,
        ...{ flags, code: status, port: request.port, protocol: request.grpc ? 'grpc' : 'http' },
        durationMs: performance.now() - startedAt,
      });
    const context = traceContext(request.headers);
    const tracing = context?.sampled ? this.tracing?.of(this.pod) : undefined;
    if (!context || !tracing) return { headers: request.headers, leave: observe };

    const id = newSpanId();
    const timestamp = nowMicros();
    return {
      headers: below(request.headers, context, id),
      leave: (left) => {
        observe(left);
        const duration = Math.max(1, nowMicros() - timestamp);
        const tags = this.tags(request, tracing, left);
        this.tracing?.report(this.span(request, context, { id, timestamp, duration, tags }), tracing);
      },
    };
  }

  /** A connection of plain bytes begins. */
  connect(port: number): InboundConnection {
    this.metrics.opened(port);
    return { close: (received, sent) => this.metrics.closed({ port, received, sent }) };
  }

  private span(
    { port }: InboundRequest,
    { traceId, spanId }: TraceContext,
    own: Pick<ZipkinSpan, 'id' | 'timestamp' | 'duration' | 'tags'>,
  ): ZipkinSpan {
    const { namespace, podIP, service } = this.pod;
    return {
      ...{ traceId, parentId: spanId, kind: 'SERVER', ...own },
      name: `${service}.${namespace}.svc.cluster.local:${port}/*`,
      localEndpoint: { serviceName: `${service}.${namespace}`, ipv4: podIP, port },
    };
  }

  private tags(
    { headers, method, protocol, url }: InboundRequest,
    tracing: InboundTracing,
    { status, flags = '-', grpcStatus }: Left,
  ): Record<string, string> {
    const wanted = Object.keys(tracing.customTags).length > 0 ? tracing.customTags : this.config;
    return {
      ...this.nodeTags,
      ...(tracing.istioTags ? this.istioTags : {}),
      'guid:x-request-id': first(headers['x-request-id']) ?? '',
      'http.method': method,
      'http.protocol': protocol,
      'http.status_code': String(status),
      'http.url': `http://${first(headers.host) ?? ''}${url}`,
      response_flags: flags,
      user_agent: headers['user-agent'] ?? '-',
      ...(grpcStatus === undefined ? {} : { 'grpc.status_code': String(grpcStatus) }),
      ...(status >= 500 || (grpcStatus ?? 0) > 0 ? { error: 'true' } : {}),
      ...customTags(wanted, headers),
    };
  }
}
