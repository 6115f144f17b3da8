import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { Agent } from 'undici';
import type { CallOptions, CallResult } from '../behaviours';
import { firstMessage, frame, textOf } from '../grpc/wire';
import { httpStatusOf } from '../grpc/status';
import type { Dial, Way } from './dial';

/** How many bytes of an answer in plain bytes are read for its first line. */
const lineLimitBytes = 64 << 10;

/** Calls other services: `http://stock:6060/`, `grpc://cart:7070/shop.Cart/Get`, `tcp://redis:6379`. */
export class Caller {
  private readonly agent: Agent;
  private readonly sessions = new Map<string, ClientHttp2Session>();

  constructor(private readonly dial: Dial) {
    const { localAddress } = dial;
    this.agent = new Agent({
      ...{ connections: 128, pipelining: 1 },
      ...(localAddress === undefined ? {} : { localAddress }),
    });
  }

  /** @throws when there is no whole answer within `timeoutMs` */
  async call(url: string, options: CallOptions): Promise<CallResult> {
    const target = new URL(url);
    const way = await this.dial.way(target, target.protocol === 'tcp:');
    if (target.protocol === 'tcp:') return this.exchange(way, options);
    return target.protocol === 'grpc:' ? this.grpc(target, way, options) : this.http(target, way, options);
  }

  async close(): Promise<void> {
    for (const session of this.sessions.values()) session.destroy();
    this.sessions.clear();
    await this.agent.destroy();
  }

  private async http(target: URL, way: Way, { headers, timeoutMs }: CallOptions): Promise<CallResult> {
    const { statusCode, body } = await this.agent.request({
      origin: `http://${way.address}:${way.port}`,
      method: 'GET',
      path: `${target.pathname}${target.search}`,
      headers: { ...headers, host: way.authority },
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: statusCode, body: await body.text() };
  }

  private session(way: Way): ClientHttp2Session {
    const key = `${way.address}:${way.port}`;
    const known = this.sessions.get(key);
    if (known && !known.closed && !known.destroyed) return known;
    const { localAddress } = this.dial;
    const session = connect(`http://${key}`, {
      createConnection: () => connectTcp({ host: way.address, port: way.port, localAddress, noDelay: true }),
    });
    const forget = () => {
      if (this.sessions.get(key) === session) this.sessions.delete(key);
    };
    // What was under way on it fails by itself.
    session.on('error', forget).on('goaway', forget).on('close', forget);
    session.unref();
    this.sessions.set(key, session);
    return session;
  }

  private grpc(target: URL, way: Way, { headers, timeoutMs }: CallOptions): Promise<CallResult> {
    return new Promise((resolve, reject) => {
      const stream = this.session(way).request({
        ...headers,
        ...{ ':method': 'POST', ':path': target.pathname, ':authority': way.authority },
        ...{ 'content-type': 'application/grpc', te: 'trailers', 'grpc-timeout': `${timeoutMs}m` },
      });
      let status: string | undefined;
      let httpStatus = 0;
      const chunks: Buffer[] = [];
      const limit = setTimeout(
        () => stream.destroy(new Error(`no answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      stream.on('response', (head) => {
        httpStatus = head[':status'] ?? 0;
        status = head['grpc-status'] as string | undefined;
      });
      stream.on(
        'trailers',
        (trailers: IncomingHttpHeaders) => (status ??= trailers['grpc-status'] as string | undefined),
      );
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', reject);
      stream.on('close', () => {
        clearTimeout(limit);
        if (status === undefined && httpStatus === 0) reject(new Error('the stream ended without an answer'));
        const message = firstMessage(Buffer.concat(chunks));
        resolve({
          // Where something on the way answers that does not speak gRPC, there is no status but HTTP's.
          status: status === undefined ? Math.max(httpStatus, 500) : httpStatusOf(Number(status)),
          body: (message && textOf(message)) ?? '',
        });
      });
      stream.end(frame(Buffer.alloc(0)));
    });
  }

  /** Says something and reads the line that comes back. */
  private exchange(way: Way, { timeoutMs }: CallOptions): Promise<CallResult> {
    const { localAddress } = this.dial;
    return new Promise((resolve, reject) => {
      const socket = connectTcp({ host: way.address, port: way.port, localAddress, noDelay: true });
      let text = '';
      socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      socket.on('connect', () => socket.write('hello\n'));
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
        if (!text.includes('\n') && text.length < lineLimitBytes) return;
        resolve({ status: 200, body: text.split('\n')[0] ?? '' });
        socket.end();
      });
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('the connection was closed without an answer')));
    });
  }
}
