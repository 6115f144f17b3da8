import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour, StandInContext, StandInResponse } from './behaviours';
import { readBody } from './body';
import type { RequestCounters } from './counters';
import { drawLatencyMs, type Fault, type Faults } from './faults';
import { healthPaths } from './health';
import type { Inbound, Passage } from './inbound';
import { close, serve } from './listening';
import { applicationPorts } from './pods';

export interface StandInOptions {
  readonly behaviour: Behaviour;
  readonly context: StandInContext;
  readonly faults: Faults;
  readonly counters: RequestCounters;
  /** The inbound half of the pod's sidecar; a pod outside the mesh has none. */
  readonly inbound?: Inbound;
  /** The address that it listens on. Default: the pod's. */
  readonly host?: string;
  /** Uniform in [0, 1). Default: Math.random. */
  readonly random?: () => number;
}

/** The largest body that a request may have; what Bookinfo takes is far below. */
const bodyLimitBytes = 1 << 20;
/** How long requests in flight may go on when the stand-in ends. */
const graceMs = 2000;

async function bodyOf(request: IncomingMessage): Promise<string> {
  if (request.method === 'GET' || request.method === 'HEAD') return '';
  return (await readBody(request, bodyLimitBytes)).toString('utf8');
}

/** The process of one pod: HTTP, one listener for each port that the application declares. */
export class StandIn {
  private servers: Server[] = [];
  private draining = false;
  private readonly random: () => number;
  private readonly healthPaths: ReadonlySet<string>;

  constructor(private readonly options: StandInOptions) {
    this.random = options.random ?? Math.random;
    this.healthPaths = healthPaths(options.context.pod);
  }

  get listening(): boolean {
    return this.servers.length > 0;
  }

  /** @throws when an address cannot be bound */
  async start(): Promise<void> {
    const { pod } = this.options.context;
    const { host = pod.podIP } = this.options;
    const servers: Server[] = [];
    try {
      for (const port of applicationPorts(pod)) {
        servers.push(await serve(host, port, (request, response) => void this.answer(request, response)));
      }
    } catch (error) {
      for (const server of servers) server.close();
      throw error;
    }
    this.servers = servers;
  }

  /** From now on every answer asks the caller to close its connection, so that none is left when the process ends. */
  drain(): void {
    this.draining = true;
  }

  async stop(): Promise<void> {
    const servers = this.servers;
    this.servers = [];
    await Promise.all(servers.map((server) => close(server, graceMs)));
  }

  /** Ends as a crash does: connections are cut and requests in flight are lost. */
  crash(): void {
    const servers = this.servers;
    this.servers = [];
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://pod');
    const health = this.healthPaths.has(url.pathname);
    const fault = this.options.faults.faultOf(this.options.context.pod);
    // A kubelet's probe comes by the proxy's agent, which asks the application past the proxy.
    const passage = health ? undefined : this.enter(request);
    if (!health && (await this.misbehave(fault, request))) {
      // What a proxy answers when the application cuts its connection.
      passage?.leave(503, 'UC');
      return;
    }
    const answer = await this.handle(url, request, passage?.headers ?? request.headers, fault, health);
    passage?.leave(answer.status);
    if (!health) this.count(answer.status >= 500);
    response.writeHead(answer.status, {
      'content-type': answer.type,
      'content-length': Buffer.byteLength(answer.body),
      ...(this.draining ? { connection: 'close' } : {}),
      ...answer.headers,
    });
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  }

  private enter(request: IncomingMessage): Passage | undefined {
    return this.options.inbound?.enter({
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      protocol: `HTTP/${request.httpVersion}`,
      headers: request.headers,
    });
  }

  /** @returns true when the connection was cut and there is nothing left to answer */
  private async misbehave(fault: Fault, request: IncomingMessage): Promise<boolean> {
    if (fault.latency) await sleep(drawLatencyMs(fault.latency, this.random));
    if (!fault.resets || this.random() >= fault.resets.share) return false;
    this.count(true);
    request.socket.resetAndDestroy();
    return true;
  }

  private async handle(
    url: URL,
    request: IncomingMessage,
    headers: IncomingHttpHeaders,
    fault: Fault,
    health: boolean,
  ): Promise<StandInResponse> {
    const error = (status: number, body: string): StandInResponse => ({ status, type: 'text/plain', body });
    if (health && fault.unhealthy) return error(503, 'unhealthy on request');
    if (!health && fault.errors && this.random() < fault.errors.share) {
      return error(fault.errors.status ?? 500, 'failed on request');
    }
    try {
      return await this.options.behaviour.handle(
        {
          method: request.method ?? 'GET',
          path: url.pathname,
          query: url.searchParams,
          headers,
          body: await bodyOf(request),
        },
        this.options.context,
      );
    } catch (problem) {
      return error(500, `the stand-in failed: ${(problem as Error).message}`);
    }
  }

  private count(failed: boolean): void {
    this.options.counters.count(this.options.context.pod, failed);
  }
}
