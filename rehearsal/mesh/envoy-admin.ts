import { request } from 'node:http';
import {
  parseRejectionDetails,
  parseRejections,
  parseRouteWeights,
  parseSubsetRequests,
  sameWeights,
  type Rejection,
  type SubsetRequests,
} from './envoy-stats';

export interface EnvoyAdminOptions {
  /** Every call ends within this time or throws. Default 2000. */
  readonly timeoutMs?: number;
  /** The address that calls come from. Default: the one that the kernel picks. */
  readonly from?: string;
}

/** Talks to one Envoy's admin interface. */
export class EnvoyAdmin {
  private readonly timeoutMs: number;

  constructor(
    readonly host: string,
    readonly port: number,
    private readonly options: EnvoyAdminOptions = {},
  ) {
    this.timeoutMs = options.timeoutMs ?? 2000;
  }

  /** True once Envoy is LIVE: it has its listeners and clusters and serves. False while it is not reachable too. */
  async isReady(): Promise<boolean> {
    try {
      return (await this.send('GET', '/ready')).status === 200;
    } catch {
      return false;
    }
  }

  /** Statistics whose names match `filter`, as Envoy prints them. */
  async stats(filter: string): Promise<string> {
    return (await this.send('GET', `/stats?filter=${encodeURIComponent(filter)}`)).body;
  }

  /**
   * Statistics in Prometheus' format, those that something has happened to: the rest is four lines out of five, and a
   * proxy that Istio starts lets only a small part of them out in the first place.
   */
  async prometheus(): Promise<string> {
    return (await this.send('GET', '/stats/prometheus?usedonly')).body;
  }

  async subsetRequests(): Promise<SubsetRequests[]> {
    return parseSubsetRequests(await this.stats('^cluster\\.outbound.*upstream_rq_(total|2xx|5xx)$'));
  }

  /** Refused updates, with Envoy's reasons in `details`. An empty `rejected` means everything was accepted. */
  async rejections(): Promise<{ rejected: Rejection[]; details: string[] }> {
    const rejected = parseRejections(await this.stats('update_rejected|listener_create_failure'));
    if (rejected.length === 0) return { rejected, details: [] };
    const dumps = await Promise.all(
      [
        'dynamic_listeners',
        'dynamic_active_clusters',
        'dynamic_warming_clusters',
        'dynamic_route_configs',
      ].map((resource) => this.configDump(resource).catch(() => ({}))),
    );
    return { rejected, details: dumps.flatMap(parseRejectionDetails) };
  }

  /** The weight of each subset for requests to `authority`, e.g. `reviews:9080`; undefined when it has no such route. */
  async routeWeights(authority: string): Promise<Record<string, number> | undefined> {
    return parseRouteWeights(await this.configDump('dynamic_route_configs'), authority);
  }

  /** Whether this Envoy already routes `authority` by these weights (subset → per cent). */
  async isConverged(authority: string, weights: Readonly<Record<string, number>>): Promise<boolean> {
    const actual = await this.routeWeights(authority);
    return actual !== undefined && sameWeights(actual, weights);
  }

  private async configDump(resource: string): Promise<unknown> {
    const { status, body } = await this.send('GET', `/config_dump?resource=${resource}`);
    // Envoy answers 404 for a kind of resource that it has none of.
    return status === 200 ? JSON.parse(body) : {};
  }

  private send(method: string, path: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const call = request(
        {
          ...{ host: this.host, port: this.port, localAddress: this.options.from },
          ...{ method, path, timeout: this.timeoutMs, agent: false },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
          );
        },
      );
      call.on('timeout', () =>
        call.destroy(new Error(`Envoy's admin interface did not answer within ${this.timeoutMs} ms`)),
      );
      call.on('error', reject);
      call.end();
    });
  }
}
