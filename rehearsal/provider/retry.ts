import { ApiError, ConnectionError } from './errors';

/** Attempts after the first. With the delays below a request gives up after about 6 s of an API server that answers at once. */
export const RETRIES = 6;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 2_000;
/** A server that asks for longer than this is not waited for within one request. */
const LONGEST_RETRY_AFTER_S = 10;

const PASSING = new Set([429, 500, 502, 503, 504]);
const PASSING_ERRNO = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ECONNABORTED',
]);

/**
 * Whether the same request may succeed a moment later. Every request this plugin sends can be repeated safely: reads,
 * server-side apply and delete. A validation error, a missing right, and another manager's claim on a field stay what
 * they are.
 */
export function worthRetrying(error: unknown): boolean {
  if (error instanceof ConnectionError) return PASSING_ERRNO.has(error.errno);
  if (!(error instanceof ApiError)) return false;
  if (error.code === 409) return error.reason === 'Conflict' && !error.isFieldConflict;
  return PASSING.has(error.code);
}

/** Milliseconds to wait before attempt `attempt` (1 is the first retry): doubled each time, half of it random. */
export function delayBefore(attempt: number, error: unknown, random: () => number = Math.random): number {
  const step = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  const asked = error instanceof ApiError && error.retryAfter !== undefined ? error.retryAfter : 0;
  return Math.max(step / 2 + (random() * step) / 2, Math.min(asked, LONGEST_RETRY_AFTER_S) * 1_000);
}

export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** Waits, or returns at once when the signal is given; the caller looks at the signal. */
export const sleep: Sleep = (milliseconds, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });

export async function withRetries<T>(
  request: () => Promise<T>,
  signal: AbortSignal,
  pause: Sleep = sleep,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      if (attempt > RETRIES || signal.aborted || !worthRetrying(error)) throw error;
      await pause(delayBefore(attempt, error), signal);
    }
  }
}
