import { Agent } from 'undici';
import type { CallResult } from '../workloads/behaviours';
import type { Headers } from '../workloads/headers';
import type { PodView } from '../workloads/pods';
import type { ResolveHost } from '../workloads/service-endpoints';
import type { PodProxy } from './pod-proxy';

/**
 * A pod outside of the mesh. It calls others in plaintext, and reaches one of a Service's endpoints at random: kube-proxy's
 * part, which the node has not.
 */
export class PlainPod implements PodProxy {
  readonly applicationHost: string;
  readonly envoy = undefined;
  readonly inbound = undefined;
  private readonly agent: Agent;

  constructor(
    private readonly view: PodView,
    private readonly resolve: ResolveHost,
  ) {
    this.applicationHost = view.podIP;
    this.agent = new Agent({ connections: 128, pipelining: 1, localAddress: view.podIP });
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  async call(url: string, options: { headers: Headers; timeoutMs: number }): Promise<CallResult> {
    const target = new URL(url);
    const host = target.hostname.includes('.')
      ? target.hostname
      : `${target.hostname}.${this.view.namespace}`;
    const signal = AbortSignal.timeout(options.timeoutMs);
    const endpoints = await this.resolve(host, Number(target.port || '80'));
    const endpoint = endpoints[Math.floor(Math.random() * endpoints.length)];
    if (endpoint === undefined) throw new Error(`${host} leads nowhere`);
    const { statusCode, body } = await this.agent.request({
      origin: `http://${endpoint.address}:${endpoint.port}`,
      method: 'GET',
      path: `${target.pathname}${target.search}`,
      headers: { ...options.headers, host: target.host },
      signal,
    });
    return { status: statusCode, body: await body.text() };
  }

  drain(): void {
    // Nothing stands in front of the application.
  }

  stop(): Promise<void> {
    return this.agent.destroy();
  }
}
