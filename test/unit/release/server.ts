import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Reply = (response: ServerResponse, request: Received, nth: number) => void;

export interface Loopback {
  readonly url: string;
  readonly received: readonly Received[];
  reply: Reply;
  close(): Promise<void>;
}

/** A server on loopback that answers as it is told; everything it was sent can be looked at. */
export async function serve(reply: Reply): Promise<Loopback> {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(one);
      loopback.reply(response, one, received.length);
    });
    request.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const loopback: Loopback = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    reply,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return loopback;
}

export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };

export const text =
  (body: string, status = 200): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'text/plain' });
    response.end(body);
  };

/** Never answers. */
export const silence: Reply = () => undefined;

/** Breaks the connection without an answer. */
export const reset: Reply = (response) => {
  response.socket?.resetAndDestroy();
};

/** Half of an answer, then the end. */
export const half: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"status":"succ');
  setTimeout(() => response.socket?.destroy(), 10);
};

/** An answer that does not end. */
export const huge: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const more = () => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
};

/** The first replies fail, the rest follow the last. */
export const inTurn =
  (...replies: readonly Reply[]): Reply =>
  (response, request, nth) =>
    replies[Math.min(nth, replies.length) - 1]!(response, request, nth);

/** Patience of a test: quick, but long enough for a busy machine to answer, and enough tries. */
export const quick = {
  timeoutMs: 500,
  retries: 2,
  firstPauseMs: 5,
  longestPauseMs: 20,
  maxBytes: 1024 * 1024,
};
