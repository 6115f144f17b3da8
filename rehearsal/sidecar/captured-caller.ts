import { Agent } from 'undici';
import type { CallResult } from '../workloads/behaviours';
import type { Headers } from '../workloads/headers';
import type { Names } from './names';

/**
 * Calls other services as an application does, by name and port. What it sends comes from the application's address, by
 * which the node routes it into the pod's namespace, where it is captured.
 */
export class CapturedCaller {
  private readonly agent: Agent;

  /** @param from the application's address */
  constructor(
    from: string,
    private readonly namespace: string,
    private readonly names: Names,
  ) {
    this.agent = new Agent({ connections: 128, pipelining: 1, localAddress: from });
  }

  /** @throws when there is no whole answer within `timeoutMs` */
  async call(url: string, options: { headers: Headers; timeoutMs: number }): Promise<CallResult> {
    const target = new URL(url);
    const signal = AbortSignal.timeout(options.timeoutMs);
    const address = await this.names.resolve(target.hostname, this.namespace);
    const { statusCode, body } = await this.agent.request({
      origin: `http://${address}:${target.port || '80'}`,
      method: 'GET',
      path: `${target.pathname}${target.search}`,
      headers: { ...options.headers, host: target.host },
      signal,
    });
    return { status: statusCode, body: await body.text() };
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }
}
