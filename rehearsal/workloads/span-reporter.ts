import { request } from 'undici';
import type { ResolveHost } from './service-endpoints';
import type { ZipkinProvider } from './telemetry';

/** A span as Zipkin's API version 2 has it. Times are microseconds. */
export interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly kind: 'SERVER' | 'CLIENT';
  readonly name: string;
  readonly timestamp: number;
  readonly duration: number;
  readonly localEndpoint: { readonly serviceName: string; readonly ipv4?: string; readonly port?: number };
  readonly tags: Readonly<Record<string, string>>;
}

/** Spans of a batch: a request to the collector costs more than the spans in it. */
const batchSize = 200;
/** Longest time a span waits for others. */
const flushMs = 500;
/** Spans that may wait for a collector that does not answer; more are dropped, as a proxy does. */
const queueLimit = 4000;
const timeoutMs = 2000;

/**
 * Sends spans to a tracing provider in batches, one after the other. Nobody ever waits for it: what cannot be sent is
 * dropped and counted.
 */
export class SpanReporter {
  dropped = 0;
  sent = 0;
  private readonly queues = new Map<string, { provider: ZipkinProvider; spans: ZipkinSpan[] }>();
  private queued = 0;
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> = Promise.resolve();

  constructor(private readonly resolve: ResolveHost) {}

  report(span: ZipkinSpan, provider: ZipkinProvider): void {
    if (this.queued >= queueLimit) {
      this.dropped += 1;
      return;
    }
    const key = `${provider.service}:${provider.port}${provider.path}`;
    const queue = this.queues.get(key) ?? { provider, spans: [] };
    this.queues.set(key, queue);
    queue.spans.push(span);
    this.queued += 1;
    this.timer ??= setTimeout(() => void this.flush(), flushMs);
    if (queue.spans.length === batchSize) void this.flush();
  }

  /** Sends all that waits. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batches = [...this.queues.values()];
    this.queues.clear();
    this.sending = this.sending.then(async () => {
      for (const { provider, spans } of batches) {
        const ok = await this.post(provider, spans).catch(() => false);
        this.queued -= spans.length;
        if (ok) this.sent += spans.length;
        else this.dropped += spans.length;
      }
    });
    return this.sending;
  }

  private async post(
    { service, port, path }: ZipkinProvider,
    spans: readonly ZipkinSpan[],
  ): Promise<boolean> {
    const [endpoint] = await this.resolve(service, port);
    if (!endpoint) return false;
    const { statusCode, body } = await request(`http://${endpoint.address}:${endpoint.port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', host: `${service}:${port}` },
      body: JSON.stringify(spans),
      signal: AbortSignal.timeout(timeoutMs),
    });
    await body.dump();
    return statusCode < 300;
  }
}
