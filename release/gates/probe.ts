import { request } from 'undici';
import { shownAddress } from '../http';
import type { HealthObservation } from './model';
import type { HealthSettings } from './settings';

/** A health answer is a few fields; more is something else. */
const MAX_BYTES = 256 * 1024;

/**
 * Asks a health address once. An answer of any status is an observation; only what gave no answer at all is `none`.
 * Never tried again here: the next look asks anyway.
 * @throws the signal's reason when it aborts
 */
export async function probeHealth(
  settings: HealthSettings,
  signal?: AbortSignal,
): Promise<HealthObservation> {
  const what = shownAddress(settings.url);
  const timeout = AbortSignal.timeout(settings.timeoutMs);
  const begun = performance.now();
  try {
    const answer = await request(settings.url, {
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      headers: { accept: 'application/json' },
      reset: true,
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > MAX_BYTES) break;
      chunks.push(chunk);
    }
    const tookMs = performance.now() - begun;
    if (size > MAX_BYTES) return { kind: 'unreadable', status: answer.statusCode, tookMs };
    try {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      return { kind: 'answer', status: answer.statusCode, body, tookMs };
    } catch {
      return { kind: 'unreadable', status: answer.statusCode, tookMs };
    }
  } catch (cause) {
    signal?.throwIfAborted();
    if (timeout.aborted)
      return { kind: 'none', detail: `${what} did not answer within ${settings.timeoutMs} ms` };
    const code = (cause as NodeJS.ErrnoException).code;
    return { kind: 'none', detail: `${what} cannot be reached${code === undefined ? '' : ` (${code})`}` };
  }
}
