import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { request } from 'undici';
import { dispatcherTo, type Tls } from './dispatcher';
import { HttpFailure } from './failure';
import { conceal, isSafe, shownAddress, withoutReferences } from './secrets';

export interface HttpRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Values that no message may hold. */
  readonly secrets?: readonly string[];
  readonly tls?: Tls;
}

/** How patient an exchange is. All are bounded: a gate that waits for ever promotes nothing and rolls nothing back. */
export interface HttpPolicy {
  /** For one try, connection and whole answer together. Milliseconds, default 10,000. */
  readonly timeoutMs?: number;
  /** Tries after the first, on 429, 5xx, time-outs and broken connections only. Default 3. */
  readonly retries?: number;
  /** Pause before the second try, doubled for each further one, with jitter. Milliseconds, default 250. */
  readonly firstPauseMs?: number;
  /** Longest pause, whatever the server asks for. Milliseconds, default 4,000. */
  readonly longestPauseMs?: number;
  /** Largest answer, bytes. Default 16 MiB. */
  readonly maxBytes?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

const defaults = {
  timeoutMs: 10_000,
  retries: 3,
  firstPauseMs: 250,
  longestPauseMs: 4_000,
  maxBytes: 16 * 1024 * 1024,
};

type Patience = Required<HttpPolicy>;

/** `Retry-After` in seconds; a date is not worth a dependency on the server's clock. */
function retryAfter(header: string | string[] | undefined): number | undefined {
  const seconds = Number(Array.isArray(header) ? header[0] : header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}

/** An answer that is no success is read this far: a sentence is wanted of it, and a page can be made to take hours. Bytes. */
const REFUSAL_BYTES = 4_096;

async function readBounded(body: AsyncIterable<Uint8Array>, maxBytes: number, what: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new HttpFailure('tooLarge', `${what} answered with more than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function readBeginning(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop ends the body's stream, and with it the connection.
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= REFUSAL_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, REFUSAL_BYTES).toString('utf8');
}

/** What a server said of itself, as one line for people: no tags, nothing that moves a terminal's cursor, no secret. */
function saidOf(text: string, secrets: readonly string[]): string {
  const line = conceal(withoutReferences(conceal(text, secrets).replace(/<[^<>]*>/g, ' ')), secrets)
    // eslint-disable-next-line no-control-regex
    .replace(/[\s\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ')
    .trim();
  return conceal(line, secrets).slice(0, 160);
}

function asFailure(cause: unknown, what: string, timeout: AbortSignal, patience: Patience): HttpFailure {
  if (cause instanceof HttpFailure) return cause;
  if (timeout.aborted)
    return new HttpFailure('timeout', `${what} did not answer within ${patience.timeoutMs} ms`);
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return new HttpFailure('unreachable', `${what} cannot be reached${code === undefined ? '' : ` (${code})`}`);
}

async function attempt(wanted: HttpRequest, patience: Patience, signal?: AbortSignal): Promise<HttpAnswer> {
  const secrets = wanted.secrets ?? [];
  const what = conceal(shownAddress(wanted.url), secrets);
  if (secrets.length > 0 && !isSafe(wanted.url)) {
    throw new HttpFailure(
      'insecure',
      `${what} is not asked: its secret would be sent in the clear; use https`,
    );
  }
  const timeout = AbortSignal.timeout(patience.timeoutMs);
  try {
    const answer = await request(wanted.url, {
      method: wanted.method ?? 'GET',
      headers: { ...wanted.headers },
      body: wanted.body,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      dispatcher: dispatcherTo(wanted.url, wanted.tls),
      // A connection of its own for each: a process that is about to end waits for no pool.
      reset: true,
    });
    const body = answer.body as AsyncIterable<Uint8Array>;
    if (answer.statusCode >= 200 && answer.statusCode < 300) {
      const text = await readBounded(body, patience.maxBytes, what);
      return { status: answer.statusCode, headers: answer.headers, text };
    }
    const said = saidOf(await readBeginning(body), secrets);
    throw new HttpFailure(
      'status',
      `${what} answered ${answer.statusCode}${said === '' ? '' : `: ${said}`}`,
      answer.statusCode,
      retryAfter(answer.headers['retry-after']),
    );
  } catch (cause) {
    signal?.throwIfAborted();
    throw asFailure(cause, what, timeout, patience);
  }
}

/**
 * One exchange over HTTP, tried again with growing pauses where another try may do better.
 *
 * Redirects are not followed: the headers carry keys, which belong to one address only.
 *
 * @throws HttpFailure the last failure, in words that hold no secret
 * @throws the signal's reason when it aborts
 */
export async function send(
  wanted: HttpRequest,
  policy: HttpPolicy = {},
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  const patience: Patience = { ...defaults, ...policy };
  signal?.throwIfAborted();
  try {
    return await pRetry(() => attempt(wanted, patience, signal), {
      retries: patience.retries,
      minTimeout: patience.firstPauseMs,
      maxTimeout: patience.longestPauseMs,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => error instanceof HttpFailure && error.passing,
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (!(error instanceof HttpFailure) || error.retryAfterMs === undefined || retriesLeft === 0) return;
        await sleep(Math.min(error.retryAfterMs, patience.longestPauseMs), undefined, { signal });
      },
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw cause;
  }
}
