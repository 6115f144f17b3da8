import { conceal } from '../http';
import type { Notice, Notifier, Told } from './model';

/** Longer than all bounded retries together need at a healthy receiver; a release does not wait for more. */
const TELLING_LASTS_MS = 20_000;

/**
 * Tells everybody at once and waits for all, but never longer than the limit. Never throws: whether somebody heard of a
 * rollback does not decide whether it happens.
 */
export async function tell(
  notifiers: readonly Notifier[],
  notice: Notice,
  options: {
    readonly limitMs?: number;
    readonly signal?: AbortSignal;
    readonly secrets?: readonly string[];
  } = {},
): Promise<readonly Told[]> {
  const { limitMs = TELLING_LASTS_MS, signal, secrets = [] } = options;
  const limit = AbortSignal.timeout(limitMs);
  const both = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  const given = new Promise<never>((_, reject) => {
    const end = () => reject(new Error(limit.aborted ? `not told within ${limitMs} ms` : 'stopped'));
    if (both.aborted) end();
    else both.addEventListener('abort', end, { once: true });
  });
  given.catch(() => undefined);
  const one = async ({ name, notify }: Notifier): Promise<Told> => {
    try {
      await Promise.race([notify(notice, both), given]);
      return { name, ok: true, detail: '' };
    } catch (cause) {
      const detail = limit.aborted
        ? `not told within ${limitMs} ms`
        : cause instanceof Error
          ? cause.message
          : String(cause);
      return { name, ok: false, detail: conceal(detail, secrets) };
    }
  };
  return Promise.all(notifiers.map(one));
}
