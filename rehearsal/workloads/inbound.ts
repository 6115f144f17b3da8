import type { IncomingHttpHeaders } from 'node:http';
import { below, newSpanId, traceContext, type TraceContext } from './b3';
import { IstioMetrics } from './istio-metrics';
import { applicationPorts, type PodView } from './pods';
import { customTagsOf, proxyConfigOf, type CustomTags } from './proxy-config';
import type { ZipkinSpan } from './span-reporter';
import type { InboundTracing } from './telemetry';
import type { Tracing } from './tracing';
import { canonicalOf } from './workload';

/** A request as the inbound side of a sidecar sees it. */
export interface InboundRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly protocol: string;
  readonly headers: IncomingHttpHeaders;
}

/** A request on its way through the inbound side. */
export interface Passage {
  /** What the application sees: the caller's headers, below this proxy's span where the trace is sampled. */
  readonly headers: IncomingHttpHeaders;
  /** The answer is there. @param flags Envoy's response flags, `-` where nothing went wrong */
  leave(status: number, flags?: string): void;
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
  readonly metrics: IstioMetrics;
  private readonly config: CustomTags;
  private readonly istioTags: Readonly<Record<string, string>>;
  private readonly nodeTags: Readonly<Record<string, string>>;

  constructor(
    private readonly pod: PodView,
    private readonly tracing?: Tracing,
  ) {
    this.metrics = new IstioMetrics(pod);
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
    const observe = (status: number, flags: string) =>
      this.metrics.observe(status, flags, performance.now() - startedAt);
    const context = traceContext(request.headers);
    const tracing = context?.sampled ? this.tracing?.of(this.pod) : undefined;
    if (!context || !tracing)
      return { headers: request.headers, leave: (status, flags = '-') => observe(status, flags) };

    const id = newSpanId();
    const timestamp = nowMicros();
    return {
      headers: below(request.headers, context, id),
      leave: (status, flags = '-') => {
        observe(status, flags);
        const duration = Math.max(1, nowMicros() - timestamp);
        const tags = this.tags(request, tracing, status, flags);
        this.tracing?.report(this.span(context, id, timestamp, duration, tags), tracing);
      },
    };
  }

  private span(
    { traceId, spanId }: TraceContext,
    id: string,
    timestamp: number,
    duration: number,
    tags: Readonly<Record<string, string>>,
  ): ZipkinSpan {
    const { namespace, podIP, service } = this.pod;
    const [port = 0] = applicationPorts(this.pod);
    return {
      ...{ traceId, id, parentId: spanId, kind: 'SERVER', timestamp, duration, tags },
      name: `${service}.${namespace}.svc.cluster.local:${port}/*`,
      localEndpoint: { serviceName: `${service}.${namespace}`, ipv4: podIP, port },
    };
  }

  private tags(
    { headers, method, protocol, url }: InboundRequest,
    tracing: InboundTracing,
    status: number,
    flags: string,
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
      ...(status >= 500 ? { error: 'true' } : {}),
      ...customTags(wanted, headers),
    };
  }
}
