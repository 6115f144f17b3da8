import { status as codes } from '@grpc/grpc-js';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour, StandInContext, StandInRequest, StandInResponse } from '../behaviours';
import { readBody } from '../body';
import type { RequestCounters } from '../counters';
import { drawLatencyMs, type Fault, type Faults } from '../faults';
import { grpcStatusOf, isServerFault } from '../grpc/status';
import { healthPaths, healthServices, isAboutHealth } from '../health';
import type { Inbound, Passage } from '../inbound';
import { spokenPorts, type SpokenPort } from '../protocol';
import { answerHealth, answerWith, endCall, isHealthCall, requestOf, type GrpcAnswer } from './grpc';
import { identityOf } from './identity';
import { listenOn, type Conversations, type Listener } from './port';

export interface StandInOptions {
  readonly behaviour: Behaviour;
  readonly context: StandInContext;
  readonly faults: Faults;
  readonly counters: RequestCounters;
  /** The inbound half of the pod's sidecar; a pod outside the mesh has none. */
  readonly inbound?: Inbound;
  /** Where it listens. Default: the pod's address. */
  readonly host?: string;
  /** Further ports that Services send to, asked at every start. Default: none. */
  readonly targets?: () => readonly number[];
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

const plain = (status: number, body: string): StandInResponse => ({ status, type: 'text/plain', body });

/** Headers that belong to one connection, which HTTP/2 does not have. */
const connectionHeaders = (draining: boolean, httpVersionMajor: number): Record<string, string> =>
  draining && httpVersionMajor < 2 ? { connection: 'close' } : {};

/**
 * The process of one pod: a listener for each port that the application declares, which speaks what the pod says that it
 * speaks there.
 */
export class StandIn {
  private readonly listeners = new Map<number, Listener>();
  private started = false;
  private draining = false;
  private readonly random: () => number;
  private readonly healthPaths: ReadonlySet<string>;
  private readonly healthServices: ReadonlySet<string>;
  private readonly conversations: Conversations = {
    http: (request, response) => void this.answer(request, response),
    grpc: (stream, headers) => void this.answerGrpc(stream, headers).catch(() => stream.destroy()),
    tcp: (socket) => void this.converse(socket).catch(() => socket.destroy()),
  };

  constructor(private readonly options: StandInOptions) {
    this.random = options.random ?? Math.random;
    this.healthPaths = healthPaths(options.context.pod);
    this.healthServices = healthServices(options.context.pod);
  }

  /** Whether the process runs. One without ports, such as a worker, runs without listening. */
  get listening(): boolean {
    return this.started;
  }

  /** The ports that are listened on, with what is spoken there. */
  get ports(): readonly SpokenPort[] {
    return spokenPorts(this.options.context.pod, this.options.targets?.()).filter(({ port }) =>
      this.listeners.has(port),
    );
  }

  /** Where the fault that is in force lets its health checks pass. */
  get healthy(): boolean {
    return this.started && !this.fault().unhealthy;
  }

  /** @throws when an address cannot be bound */
  async start(): Promise<void> {
    try {
      await this.listenOnAll();
    } catch (error) {
      this.cutAll();
      throw error;
    }
    this.started = true;
  }

  /** Listens on what Services send to since the start. */
  async follow(): Promise<void> {
    if (this.started) await this.listenOnAll();
  }

  /** From now on every answer asks the caller to close its connection, so that none is left when the process ends. */
  drain(): void {
    this.draining = true;
    for (const listener of this.listeners.values()) listener.drain();
  }

  async stop(): Promise<void> {
    this.started = false;
    const listeners = [...this.listeners.values()];
    this.listeners.clear();
    await Promise.all(listeners.map((listener) => listener.stop(graceMs)));
  }

  /** Ends as a crash does: connections are cut and requests in flight are lost. */
  crash(): void {
    this.started = false;
    this.cutAll();
  }

  private cutAll(): void {
    for (const listener of this.listeners.values()) listener.cut();
    this.listeners.clear();
  }

  private async listenOnAll(): Promise<void> {
    const { context, host = context.pod.podIP, targets } = this.options;
    for (const spoken of spokenPorts(context.pod, targets?.())) {
      if (this.listeners.has(spoken.port)) continue;
      this.listeners.set(spoken.port, await listenOn(host, spoken, this.conversations));
    }
  }

  private fault(): Fault {
    return this.options.faults.faultOf(this.options.context.pod);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://pod');
    const health = isAboutHealth(this.healthPaths, url.pathname, request.headers['user-agent']);
    const fault = this.fault();
    // A kubelet's probe comes by the proxy's agent, which asks the application past the proxy.
    const passage = health ? undefined : this.enter(request);
    if (!health && (await this.misbehave(fault, () => request.socket.resetAndDestroy()))) {
      // What a proxy answers when the application cuts its connection.
      passage?.leave({ status: 503, flags: 'UC' });
      return;
    }
    const answer = await this.handle(url, request, passage?.headers ?? request.headers, fault, health);
    const requestBytes = Number(request.headers['content-length'] ?? 0);
    if (response.destroyed || request.socket.destroyed) {
      // The caller has gone: no answer began, and no code was sent.
      passage?.leave({ status: 0, flags: 'DC', requestBytes });
    } else {
      const responseBytes = Buffer.byteLength(answer.body);
      passage?.leave({ status: answer.status, requestBytes, responseBytes });
    }
    if (!health) this.count(answer.status >= 500);
    response.writeHead(answer.status, {
      'content-type': answer.type,
      'content-length': Buffer.byteLength(answer.body),
      ...connectionHeaders(this.draining, request.httpVersionMajor),
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
      port: request.socket.localPort ?? 0,
    });
  }

  /** @returns true when the connection was cut and there is nothing left to answer */
  private async misbehave(fault: Fault, cut: () => void): Promise<boolean> {
    if (fault.latency) await sleep(drawLatencyMs(fault.latency, this.random));
    if (!fault.resets || this.random() >= fault.resets.share) return false;
    this.count(true);
    cut();
    return true;
  }

  private async handle(
    url: URL,
    request: IncomingMessage,
    headers: IncomingHttpHeaders,
    fault: Fault,
    health: boolean,
  ): Promise<StandInResponse> {
    if (health && fault.unhealthy) return plain(503, 'unhealthy on request');
    if (!health && this.fails(fault)) return plain(fault.errors?.status ?? 500, 'failed on request');
    return this.ask(async () => ({
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers,
      body: await bodyOf(request),
    }));
  }

  private fails({ errors }: Fault): boolean {
    return errors !== undefined && this.random() < errors.share;
  }

  private async ask(request: () => Promise<StandInRequest>): Promise<StandInResponse> {
    try {
      return await this.options.behaviour.handle(await request(), this.options.context);
    } catch (problem) {
      return plain(500, `the stand-in failed: ${(problem as Error).message}`);
    }
  }

  private async answerGrpc(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const path = headers[':path'] as string;
    if (isHealthCall(path)) {
      const { faults } = this.options;
      await answerHealth(stream, headers, {
        services: this.healthServices,
        serving: () => this.healthy,
        onChange: (listener) => faults.onChange(listener),
      });
      return;
    }
    const fault = this.fault();
    const passage = this.options.inbound?.enter({
      ...{ method: 'POST', url: path, protocol: 'HTTP/2', headers, grpc: true },
      port: stream.session?.socket.localPort ?? 0,
    });
    if (await this.misbehave(fault, () => stream.session?.destroy())) {
      // A proxy's own answer to a gRPC call is a status, never an HTTP code.
      passage?.leave({ status: 200, flags: 'UC', grpcStatus: codes.UNAVAILABLE });
      return;
    }
    const answer = await this.handleGrpc(path, stream, passage?.headers ?? headers, fault);
    passage?.leave(
      stream.destroyed ? { status: 0, flags: 'DC' } : { status: 200, grpcStatus: answer.status },
    );
    this.count(isServerFault(answer.status));
    endCall(stream, answer);
  }

  private async handleGrpc(
    path: string,
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    fault: Fault,
  ): Promise<GrpcAnswer> {
    if (this.fails(fault)) {
      return { status: grpcStatusOf(fault.errors?.status ?? 500), message: 'failed on request' };
    }
    const { status, body } = await this.ask(async () => {
      // What the message says is known to the application alone.
      await requestOf(stream);
      return { method: 'POST', path, query: new URLSearchParams(), headers, body: '' };
    });
    return status < 400 ? answerWith(body) : { status: grpcStatusOf(status), message: body.slice(0, 200) };
  }

  /** A connection of plain bytes: whatever comes is answered with a line that says who answers. */
  private async converse(socket: Socket): Promise<void> {
    socket.on('error', () => undefined);
    const connection = this.options.inbound?.connect(socket.localPort ?? 0);
    socket.once('close', () => connection?.close(socket.bytesRead, socket.bytesWritten));
    let counted = false;
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      if (chunk.length === 0) continue;
      const fault = this.fault();
      if (!counted && (await this.misbehave(fault, () => socket.resetAndDestroy()))) return;
      const failed = !counted && this.fails(fault);
      if (!counted) this.count(failed);
      counted = true;
      // There is no status to fail with: a server that cannot answer hangs up.
      if (failed) break;
      socket.write(`${JSON.stringify(identityOf(this.options.context.pod))}\n`);
    }
    socket.end();
  }

  private count(failed: boolean): void {
    this.options.counters.count(this.options.context.pod, failed);
  }
}
