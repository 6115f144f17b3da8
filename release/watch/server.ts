import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clientScript } from './client';
import { type Parts, parts, watchPage } from './page';
import type { WatchView } from './view';

/** Where the page gets what it shows. */
export interface ViewSource {
  /** @param at A moment of a replay, milliseconds since the epoch; default the newest. */
  readonly look: (at?: number) => Promise<WatchView>;
  /** First and last moment of a release that is over. Missing: it is followed live. */
  readonly span?: readonly [from: number, to: number];
}

export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** From one look to the next while somebody watches, milliseconds. Default 2 s. */
  readonly intervalMs?: number;
  /** Ends the server and every connection. */
  readonly signal: AbortSignal;
}

export interface Serving {
  readonly url: string;
  /** Settles when the server has ended. */
  readonly ended: Promise<void>;
}

const HOST = '127.0.0.1';

/**
 * What a browser may do with the page: run its own script, ask its own server. Nothing may frame it, and no form leads out.
 * `style-src 'unsafe-inline'` is for the widths of bars; there is no way for text to become an element with a style.
 */
const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** A part of the page is sent when it has changed; an onlooker who has just come gets all. */
const changed = (now: Parts, before: Partial<Parts>): Partial<Parts> =>
  Object.fromEntries(Object.entries(now).filter(([id, html]) => before[id as keyof Parts] !== html));

const sse = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** Followers of a live release. It is looked at only while there are any. */
class Followers {
  private readonly open = new Map<ServerResponse, Partial<Parts>>();
  private running = false;

  constructor(
    private readonly source: ViewSource,
    private readonly intervalMs: number,
    private readonly signal: AbortSignal,
  ) {}

  add(response: ServerResponse): void {
    response.writeHead(200, { ...headers, 'Content-Type': 'text/event-stream; charset=utf-8' });
    response.write('retry: 2000\n\n');
    this.open.set(response, {});
    response.on('close', () => this.open.delete(response));
    if (!this.running) void this.run();
  }

  end(): void {
    for (const response of this.open.keys()) response.destroy();
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      while (this.open.size > 0 && !this.signal.aborted) {
        await this.tell();
        await new Promise((resolve) => setTimeout(resolve, this.intervalMs).unref());
      }
    } finally {
      this.running = false;
    }
  }

  private async tell(): Promise<void> {
    try {
      const now = await parts(await this.source.look());
      for (const [response, before] of this.open) {
        response.write(sse('parts', changed(now, before)));
        this.open.set(response, now);
      }
    } catch (thrown) {
      if (this.signal.aborted) return;
      const said = (thrown as Error).message.split('\n')[0];
      for (const response of this.open.keys()) response.write(sse('trouble', `cannot look: ${said}`));
    }
  }
}

/** A name that leads here from elsewhere, as a page of another site may have it resolved, is refused (DNS rebinding). */
const isForUs = ({ headers: { host, 'sec-fetch-site': site } }: IncomingMessage, port: number): boolean =>
  [`${HOST}:${port}`, `localhost:${port}`].includes(host ?? '') &&
  (site === undefined || site === 'same-origin' || site === 'none');

/** @throws Error when the port cannot be had */
export async function serveWatch(
  source: ViewSource,
  { port, intervalMs = 2_000, signal }: ServeOptions,
): Promise<Serving> {
  const followers = new Followers(source, intervalMs, signal);
  const { span } = source;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const send = (status: number, type: string, text: string): void => {
      response.writeHead(status, { ...headers, 'Content-Type': `${type}; charset=utf-8` });
      response.end(request.method === 'HEAD' ? '' : text);
    };
    const refuse = (status: number, words: string): void => send(status, 'text/plain', `${words}\n`);
    if (!isForUs(request, (server.address() as AddressInfo).port)) {
      return refuse(421, `this page is served to ${HOST} and localhost only`);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'this page is only read');
    const { pathname, searchParams } = new URL(request.url ?? '/', `http://${HOST}`);
    if (pathname === '/') {
      return send(200, 'text/html', await watchPage({ view: await source.look(), replay: span }));
    }
    if (pathname === '/watch.js') return send(200, 'text/javascript', clientScript);
    if (pathname === '/events' && span === undefined) return followers.add(response);
    if (pathname === '/at' && span !== undefined) {
      const at = Number(searchParams.get('t') ?? span[1]);
      if (!Number.isFinite(at)) return refuse(400, 't is no moment');
      return send(200, 'application/json', JSON.stringify(await parts(await source.look(at))));
    }
    return refuse(404, 'there is no such page');
  };
  const server: Server = createServer((request, response) => {
    answer(request, response).catch((thrown: unknown) => {
      if (!response.headersSent)
        response.writeHead(500, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' });
      response.end(`${(thrown as Error).message.split('\n')[0]}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  const ended = new Promise<void>((resolve) => {
    server.once('close', resolve);
    const stop = () => {
      followers.end();
      server.close();
      server.closeAllConnections();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  return { url: `http://${HOST}:${(server.address() as AddressInfo).port}/`, ended };
}
