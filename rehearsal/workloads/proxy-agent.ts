import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { V1Probe } from '@kubernetes/client-node';
import { close, serve } from './listening';
import { probedContainer, rewrittenProbes } from './application-probes';
import type { PodView } from './pods';
import { runProbe } from './probes';

/** What the proxy's agent needs to know of the Envoy beside it. */
interface ProxyView {
  /** Whether Envoy serves. */
  isReady(): Promise<boolean>;
  /** Envoy's statistics in Prometheus' format. */
  prometheus(): Promise<string>;
}

export interface ProxyAgentOptions {
  readonly pod: PodView;
  /** Undefined for a pod that calls nobody: there is no Envoy beside it, and nothing to wait for. */
  readonly proxy?: ProxyView;
  /** Whether the application's process listens. */
  readonly listening: () => boolean;
  /** Istio's standard metrics of the inbound half, which is played: the Envoy beside it does not count them. */
  readonly inboundMetrics?: () => string;
  /** The application's own metrics in Prometheus' format. */
  readonly metrics: () => string;
}

/** Ports of Istio's pilot-agent: status and merged metrics, readiness, Envoy's own metrics. */
const ports = { status: 15020, ready: 15021, envoyMetrics: 15090 } as const;

/**
 * Stands in for Istio's pilot-agent in an injected pod or a gateway: answers the proxy's readiness probe, the
 * application's probes that the injector sent its way, and the scrape that DataKit is told to make.
 */
export class ProxyAgent {
  private servers: Server[] = [];
  private readonly probes: Readonly<Record<string, V1Probe>>;

  constructor(private readonly options: ProxyAgentOptions) {
    this.probes = rewrittenProbes(options.pod);
  }

  /** @throws when an address cannot be bound */
  async start(): Promise<void> {
    for (const port of Object.values(ports)) {
      const handler = (request: IncomingMessage, response: ServerResponse) =>
        void this.answer(port, request.url ?? '/').then(
          ({ status, body }) => response.writeHead(status, { 'content-type': 'text/plain' }).end(body),
          (error: Error) => response.writeHead(500).end(error.message),
        );
      this.servers.push(await serve(this.options.pod.podIP, port, handler));
    }
  }

  async stop(): Promise<void> {
    const servers = this.servers;
    this.servers = [];
    await Promise.all(servers.map((server) => close(server, 200)));
  }

  private async answer(port: number, path: string): Promise<{ status: number; body: string }> {
    const { proxy, inboundMetrics, metrics } = this.options;
    if (path === '/healthz/ready') {
      return (proxy ? await proxy.isReady() : true) ? { status: 200, body: '' } : { status: 503, body: '' };
    }
    if (path === '/stats/prometheus') {
      const envoy = `${proxy ? await proxy.prometheus() : ''}${inboundMetrics?.() ?? ''}`;
      return { status: 200, body: port === ports.status ? `${envoy}${metrics()}` : envoy };
    }
    const probe = this.probes[path];
    return probe ? this.probe(path, probe) : { status: 404, body: `nothing at ${path}` };
  }

  private async probe(path: string, probe: V1Probe): Promise<{ status: number; body: string }> {
    const { pod, listening } = this.options;
    const application = probedContainer(pod, path);
    const ok = application !== undefined && (await runProbe(probe, application, pod.podIP, listening()));
    return ok ? { status: 200, body: '' } : { status: 500, body: 'the application is not ready' };
  }
}
