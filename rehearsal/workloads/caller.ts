import { Pool } from 'undici';
import type { CallResult } from './behaviours';
import type { Headers } from './headers';

/**
 * What to put into Host so that a sidecar's HTTP proxy finds the route to `http://reviews:9080/...`.
 *
 * istiod names the services in that route table with their ports (`reviews:9080`) but also tells Envoy to drop the port
 * of Host before it looks a name up. Of a port written twice, one is left.
 */
export function proxyAuthority(url: URL): string {
  const port = url.port || '80';
  return `${url.hostname}:${port}:${port}`;
}

/** Calls other services through one Envoy, as a connection would that iptables had redirected to it. */
export class ProxyCaller {
  private readonly pool: Pool;

  /** @param proxyPort the caller's own Envoy, on 127.0.0.1 */
  constructor(proxyPort: number) {
    this.pool = new Pool(`http://127.0.0.1:${proxyPort}`, { connections: 128, pipelining: 1 });
  }

  /** @throws when there is no whole answer within `timeoutMs` */
  async call(url: string, options: { headers: Headers; timeoutMs: number }): Promise<CallResult> {
    const target = new URL(url);
    const { statusCode, body } = await this.pool.request({
      method: 'GET',
      path: `${target.pathname}${target.search}`,
      headers: { ...options.headers, host: proxyAuthority(target) },
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    return { status: statusCode, body: await body.text() };
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }
}
