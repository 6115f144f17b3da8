import { Client as GrpcClient, credentials, status as codes } from '@grpc/grpc-js';
import { connect } from 'node:net';
import { Pool } from 'undici';
import type { FullSpec } from './spec';

/** One answer, whatever protocol it came by. */
interface Answer {
  readonly ok: boolean;
  /** The status in the protocol's own words. */
  readonly said: string;
  readonly body: string;
}

/** Sends one request after the other to one place. */
export interface Client {
  /** @throws where there is no answer, or none before the signal */
  ask(signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

function httpClient(spec: FullSpec, url: URL): Client {
  const pool = new Pool(url.origin, { connections: spec.concurrency, pipelining: 1 });
  const path = `${url.pathname}${url.search}`;
  const headers = { ...spec.headers, host: spec.host };
  return {
    async ask(signal) {
      const { statusCode, body } = await pool.request({ method: 'GET', path, headers, signal });
      return { ok: statusCode === 200, said: String(statusCode), body: await body.text() };
    },
    close: () => pool.destroy(),
  };
}

const asIs = (bytes: Buffer): Buffer => bytes;

/** Calls a method whose messages are not known: the request is one with all its fields at their defaults. */
function grpcClient(spec: FullSpec, url: URL): Client {
  const client = new GrpcClient(url.host, credentials.createInsecure(), {
    'grpc.default_authority': spec.host,
    // What the mesh does about a failure is what is measured, not what the client would.
    'grpc.enable_retries': 0,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_http_proxy': 0,
  });
  return {
    ask: (signal) =>
      new Promise((resolve, reject) => {
        const call = client.makeUnaryRequest(url.pathname, asIs, asIs, Buffer.alloc(0), (error, message) => {
          signal.removeEventListener('abort', cancel);
          if (signal.aborted) reject(new Error('no answer in time'));
          else if (error)
            resolve({ ok: false, said: codes[error.code] ?? String(error.code), body: error.details });
          else resolve({ ok: true, said: 'OK', body: message?.toString('utf8') ?? '' });
        });
        const cancel = () => call.cancel();
        signal.addEventListener('abort', cancel, { once: true });
      }),
    close: () => Promise.resolve(client.close()),
  };
}

/** A connection for each request: the way is chosen when it is opened. */
function tcpClient(url: URL): Client {
  return {
    ask: (signal) =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
        const cut = () => socket.destroy(new Error('no answer in time'));
        signal.addEventListener('abort', cut, { once: true });
        let text = '';
        socket.on('connect', () => socket.write('hello\n'));
        socket.on('data', (chunk: Buffer) => {
          text += chunk.toString('utf8');
          if (!text.includes('\n')) return;
          resolve({ ok: true, said: 'a line', body: text });
          socket.end();
        });
        socket.on('error', reject);
        socket.on('close', () => {
          signal.removeEventListener('abort', cut);
          reject(new Error('closed without an answer'));
        });
      }),
    close: () => Promise.resolve(),
  };
}

/** The client for what the URL's scheme says. */
export function clientOf(spec: FullSpec): Client {
  const url = new URL(spec.url);
  if (url.protocol === 'grpc:') return grpcClient(spec, url);
  return url.protocol === 'tcp:' ? tcpClient(url) : httpClient(spec, url);
}
