import { request, type Server } from 'node:http';
import { addresses } from '../../platform/addresses';
import { close, serve } from '../../workloads/listening';
import { sidecarPorts } from '../rules';

/** Envoy's statistics are large where a pod calls many services; its agent waits no longer than the scraper does. */
const timeoutMs = 10_000;

export interface MetricsPortArgs {
  readonly podIP: string;
  /** Where the pod's rules send what is meant for port 15090. */
  readonly host: string;
  /** Makes of Envoy's text what Istio's build of Envoy would print. */
  readonly translate: (text: string) => string;
}

/**
 * Port 15090 of a pod: what Envoy's own listener there gives, Istio's metrics in Istio's words. Scrapers come here, and so does Istio's agent, which serves them on port 15020 together with the application's.
 */
export class MetricsPort {
  private server: Server | undefined;

  constructor(private readonly args: MetricsPortArgs) {}

  /** @throws when the address cannot be bound */
  async start(): Promise<void> {
    const { host, translate } = this.args;
    this.server = await serve(host, sidecarPorts.metrics, (asked, response) => {
      this.envoys(asked.url ?? '/').then(
        ({ status, type, body }) =>
          response.writeHead(status, { 'content-type': type }).end(status === 200 ? translate(body) : body),
        (error: Error) => response.writeHead(503).end(error.message),
      );
    });
  }

  async stop(): Promise<void> {
    if (this.server) await close(this.server, 200);
    this.server = undefined;
  }

  private envoys(path: string): Promise<{ status: number; type: string; body: string }> {
    return new Promise((resolve, reject) => {
      const call = request(
        {
          ...{ host: this.args.podIP, port: sidecarPorts.metrics, localAddress: addresses.kubelet },
          ...{ path, timeout: timeoutMs, agent: false },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 502,
              type: answer.headers['content-type'] ?? 'text/plain',
              body: Buffer.concat(chunks).toString('utf8'),
            }),
          );
        },
      );
      call.on('timeout', () => call.destroy(new Error(`Envoy did not answer within ${timeoutMs} ms`)));
      call.on('error', reject);
      call.end();
    });
  }
}
