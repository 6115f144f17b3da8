import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Dispatcher, EnvHttpProxyAgent, interceptors, request } from 'undici';
import { withoutCredentials } from './errors';

/**
 * What kept a file from being had. `absent`, `broken` and `tooLarge` are about this file; the others are about who
 * serves it.
 */
export type Trouble = 'unreachable' | 'stalled' | 'slow' | 'hash' | 'absent' | 'broken' | 'tooLarge';

/** A file that was not had. The message says why, and names what is needed to look into it. */
export class DownloadFailure extends Error {
  constructor(
    readonly trouble: Trouble,
    message: string,
  ) {
    super(message);
    this.name = 'DownloadFailure';
  }
}

/** How long is waited for what; milliseconds. Building is always the other way, so all of it is short. */
export interface Patience {
  /** For a connection. */
  readonly connectMs: number;
  /** For the first word of an answer. */
  readonly answerMs: number;
  /** Without a byte arriving. */
  readonly stallMs: number;
  /** After so long the rate is judged: whether the rest arrives within the limit. */
  readonly judgeMs: number;
}

/** Few seconds each: an address that cannot be reached must cost next to nothing. */
export const patience: Patience = { connectMs: 3_000, answerMs: 5_000, stallMs: 10_000, judgeMs: 10_000 };

const redirects = 5;

/** A client that honours the proxies of `env`, follows redirects (publishers answer with one) and waits for nothing long. */
export function httpClient(env: NodeJS.ProcessEnv, wait: Patience): Dispatcher {
  return new EnvHttpProxyAgent({
    httpProxy: env['http_proxy'] ?? env['HTTP_PROXY'] ?? '',
    httpsProxy: env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '',
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
    connect: { timeout: wait.connectMs },
    headersTimeout: wait.answerMs,
    bodyTimeout: wait.stallMs,
  }).compose(interceptors.redirect({ maxRedirections: redirects }));
}

/** The address without user and password, and the header that carries them: the client sends them in no other way. */
function signedIn(address: string): { url: string; headers: Record<string, string> } {
  const url = new URL(address);
  if (!url.username && !url.password) return { url: address, headers: {} };
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { url: url.href, headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

function reasonOf(error: unknown): string {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError' || code === 'UND_ERR_HEADERS_TIMEOUT') return 'no answer';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'no connection';
  return withoutCredentials(code ?? message);
}

/** The reason why nothing can be had from there; undefined where somebody answers, whatever the answer. */
export async function whyUnreachable(
  client: Dispatcher,
  address: string,
  wait: Patience,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const limit = AbortSignal.timeout(wait.connectMs + 1_000);
  const { url, headers } = signedIn(address);
  try {
    const answer = await request(url, {
      method: 'HEAD',
      headers,
      dispatcher: client,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    await answer.body.dump();
    // A proxy that reaches nobody answers for whom it does not reach.
    return answer.statusCode >= 500 || answer.statusCode === 407 ? `answer ${answer.statusCode}` : undefined;
  } catch (error) {
    signal?.throwIfAborted();
    return reasonOf(error);
  }
}

export interface Wanted {
  readonly address: string;
  readonly algorithm: 'sha256' | 'sha512';
  readonly hash: string;
  /** Where the file is put; it is incomplete until the promise resolves. */
  readonly place: string;
  /** The longest the whole may take, milliseconds. */
  readonly limitMs: number;
  /** The largest it can be, bytes. */
  readonly maxBytes: number;
  /** Told after each piece; `total` where the server says it. */
  readonly onBytes?: (received: number, total: number | undefined) => void;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Counts what passes, and ends it when it is too much or too slow. */
class Meter {
  private readonly started = performance.now();
  received = 0;

  constructor(
    private readonly wanted: Wanted,
    private readonly total: number | undefined,
    private readonly judgeMs: number,
  ) {}

  add(bytes: number): void {
    this.received += bytes;
    this.wanted.onBytes?.(this.received, this.total);
    if (this.received > this.wanted.maxBytes) {
      throw new DownloadFailure('tooLarge', `it is larger than ${megabytes(this.wanted.maxBytes)}`);
    }
    const passed = performance.now() - this.started;
    if (passed < this.judgeMs || this.total === undefined) return;
    if ((passed * this.total) / this.received > this.wanted.limitMs) throw this.tooSlow();
  }

  tooSlow(): DownloadFailure {
    const seconds = (performance.now() - this.started) / 1_000;
    const size = this.total === undefined ? '' : ` of ${megabytes(this.total)}`;
    const text = `${megabytes(this.received)}${size} in ${seconds.toFixed(0)} s is slower than building`;
    return new DownloadFailure('slow', text);
  }
}

/**
 * Streams a file to disk and takes its hash on the way.
 *
 * @throws DownloadFailure with what went wrong; what is at `place` then is of no use.
 * @throws the signal's reason when it aborts.
 */
export async function download(
  client: Dispatcher,
  wanted: Wanted,
  wait: Patience,
  signal?: AbortSignal,
): Promise<void> {
  const { address, algorithm } = wanted;
  const limit = AbortSignal.timeout(wanted.limitMs);
  const both = signal ? AbortSignal.any([signal, limit]) : limit;
  const { url, headers } = signedIn(address);
  const answer = await request(url, { headers, dispatcher: client, signal: both }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new DownloadFailure('unreachable', reasonOf(error));
  });
  if (answer.statusCode !== 200) {
    // What is said besides interests nobody, and may be long.
    answer.body.on('error', () => {}).destroy();
    throw new DownloadFailure('absent', `the answer is ${answer.statusCode}`);
  }
  const length = Number(answer.headers['content-length']);
  const meter = new Meter(wanted, length > 0 ? length : undefined, wait.judgeMs);
  const hash = createHash(algorithm);
  async function* measured(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      hash.update(piece);
      meter.add(piece.length);
      yield piece;
    }
  }
  try {
    await pipeline(answer.body as Readable, measured, createWriteStream(wanted.place), { signal: both });
  } catch (error) {
    signal?.throwIfAborted();
    if (limit.aborted) throw meter.tooSlow();
    throw asFailure(error, wanted.place, meter.received, wait);
  }
  const got = hash.digest('hex');
  if (got !== wanted.hash) {
    const text = `its ${algorithm} is ${got}, not the pinned ${wanted.hash} (${withoutCredentials(address)})`;
    throw new DownloadFailure('hash', text);
  }
}

/** Errors of the disk are not the server's, and pass as they are. */
function asFailure(error: unknown, place: string, received: number, wait: Patience): unknown {
  if (error instanceof DownloadFailure) return error;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (path !== undefined) return error;
  // A write does not say of which file; whoever explains the error asks.
  if (syscall === 'write') return Object.assign(error as Error, { path: place });
  if (code === 'UND_ERR_BODY_TIMEOUT') {
    const text = `nothing came for ${wait.stallMs / 1_000} s after ${megabytes(received)}`;
    return new DownloadFailure('stalled', text);
  }
  return new DownloadFailure('broken', `it broke off after ${megabytes(received)} (${reasonOf(error)})`);
}
