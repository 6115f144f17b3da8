import { createServer as createHttp, type RequestListener, type Server as HttpServer } from 'node:http';
import {
  createServer as createHttp2,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createTcp, type Server, type Socket } from 'node:net';
import { close, listenWhenFree, serve } from '../listening';
import type { SpokenPort } from '../protocol';

/** What a stand-in does with what reaches it, by protocol. */
export interface Conversations {
  /** A request by HTTP/1, or by HTTP/2 where it is not gRPC. */
  readonly http: RequestListener;
  readonly grpc: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;
  readonly tcp: (socket: Socket) => void;
}

/** One port that is listened on. */
export interface Listener {
  /** Callers are asked to close their connections; what is under way goes on. */
  drain(): void;
  /** Ends it: what is being answered ends first, but not later than `graceMs`. */
  stop(graceMs: number): Promise<void>;
  /** Ends it as a crash does. */
  cut(): void;
}

const isGrpc = (headers: IncomingHttpHeaders): boolean =>
  String(headers['content-type'] ?? '').startsWith('application/grpc');

/** An HTTP/2 server without TLS whose sessions are known, so that they can be ended. */
class Http2Port implements Listener {
  readonly server: Http2Server;
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly sockets = new Set<Socket>();
  private draining = false;

  /** @param onlyGrpc anything else is refused, as gRPC's servers do */
  constructor(conversations: Conversations, onlyGrpc: boolean) {
    this.server = createHttp2();
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    this.server.on('session', (session) => {
      this.sessions.add(session);
      session.once('close', () => this.sessions.delete(session));
      // A caller that breaks the protocol or its connection is its own affair.
      session.on('error', () => undefined);
      if (this.draining) setImmediate(() => session.close());
    });
    // Requests and answers are made of a stream by a server that has a listener for them, and then for every stream: so it
    // is another one, which never listens, and gets the streams that are not gRPC.
    const requests = createHttp2((request, response) =>
      conversations.http(
        request as unknown as Parameters<RequestListener>[0],
        response as unknown as Parameters<RequestListener>[1],
      ),
    );
    const take = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, ...more: unknown[]) => {
      stream.on('error', () => undefined);
      if (isGrpc(headers)) conversations.grpc(stream, headers);
      else if (onlyGrpc) stream.respond({ ':status': 415 }, { endStream: true });
      else requests.emit('stream', stream, headers, ...more);
    };
    this.server.on('stream', take);
  }

  drain(): void {
    this.draining = true;
    for (const session of this.sessions) session.close();
  }

  async stop(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const session of this.sessions) session.close();
    const cut = setTimeout(() => this.destroyAll(), graceMs);
    // A server that never listened has no connections of its own to wait for.
    await (this.server.listening ? closed : this.withoutSessions());
    await closed;
    clearTimeout(cut);
  }

  cut(): void {
    this.server.close();
    this.destroyAll();
  }

  private withoutSessions(): Promise<unknown> {
    return Promise.all(
      [...this.sessions].map((session) => new Promise((resolve) => session.once('close', resolve))),
    );
  }

  /** Connections that never spoke HTTP/2 have no session that would end them. */
  private destroyAll(): void {
    for (const session of this.sessions) session.destroy();
    for (const socket of this.sockets) socket.destroy();
  }
}

/** A listening HTTP/1 server. */
const httpPort = (server: HttpServer): Listener => ({
  // Every answer asks for it while the stand-in drains.
  drain: () => undefined,
  stop: (graceMs) => close(server, graceMs),
  cut: () => {
    server.close();
    server.closeAllConnections();
  },
});

/** Sockets that are not counted by a server of their protocol, with those that are being answered. */
class Sockets {
  private readonly all = new Set<Socket>();
  private readonly busy = new Map<Socket, number>();
  private ending = false;

  add(socket: Socket): void {
    this.all.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.all.delete(socket);
      this.busy.delete(socket);
    });
  }

  begin(socket: Socket): void {
    this.busy.set(socket, (this.busy.get(socket) ?? 0) + 1);
  }

  done(socket: Socket): void {
    const left = (this.busy.get(socket) ?? 1) - 1;
    if (left > 0) this.busy.set(socket, left);
    else this.busy.delete(socket);
    if (this.ending && left <= 0) socket.end();
  }

  /** Ends those that wait for nothing now, the others when they are answered, all of them at the end of the grace. */
  async end(graceMs: number): Promise<void> {
    this.ending = true;
    for (const socket of this.all) if (!this.busy.has(socket)) socket.destroy();
    const cut = setTimeout(() => this.destroy(), graceMs);
    await Promise.all([...this.all].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    clearTimeout(cut);
  }

  destroy(): void {
    for (const socket of this.all) socket.destroy();
  }
}

const http1 = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE) /;
/** The first bytes of every HTTP/2 connection [RFC 9113, 3.4]. */
const preface = 'PRI * HTTP/2.0';

/** A port that takes plain bytes, and where nothing says what its process speaks also HTTP/1 and HTTP/2. */
class BytesPort implements Listener {
  readonly server: Server;
  private readonly sockets = new Sockets();
  private readonly http2: Http2Port;
  private readonly http1: HttpServer;

  constructor(conversations: Conversations, anything: boolean) {
    this.http2 = new Http2Port(conversations, false);
    const idleForEver = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 };
    this.http1 = createHttp(idleForEver, (request, response) => {
      const { socket } = request;
      this.sockets.begin(socket);
      response.once('close', () => this.sockets.done(socket));
      conversations.http(request, response);
    });
    this.server = createTcp({ noDelay: true }, (socket) => {
      this.sockets.add(socket);
      if (!anything) conversations.tcp(socket);
      else socket.once('data', (first: Buffer) => this.recognise(socket, first, conversations));
    });
  }

  drain(): void {
    this.http2.drain();
  }

  async stop(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    await this.http2.stop(graceMs);
    await this.sockets.end(graceMs);
    await closed;
  }

  cut(): void {
    this.server.close();
    this.sockets.destroy();
  }

  private recognise(socket: Socket, first: Buffer, conversations: Conversations): void {
    socket.pause();
    socket.unshift(first);
    const start = first.subarray(0, preface.length).toString('latin1');
    if (start === preface) {
      this.http2.server.emit('connection', socket);
      return;
    }
    if (http1.test(start)) this.http1.emit('connection', socket);
    else conversations.tcp(socket);
    process.nextTick(() => socket.resume());
  }
}

/**
 * Listens on one port as a process would that speaks this protocol and no other: what it does not speak ends as it does
 * there, by a closed connection or a status that says so.
 * @throws when the address stays in use, or cannot be bound at all
 */
export async function listenOn(
  host: string,
  { port, protocol }: SpokenPort,
  conversations: Conversations,
): Promise<Listener> {
  if (protocol === 'http') return httpPort(await serve(host, port, conversations.http));
  const listener =
    protocol === 'grpc' || protocol === 'http2'
      ? new Http2Port(conversations, protocol === 'grpc')
      : new BytesPort(conversations, protocol === 'any');
  await listenWhenFree(listener.server, host, port);
  return listener;
}
