import type { Measured } from '../metrics';
import { scopeOf } from './observe';
import type { Session } from './session';

/** How long a version must have had no request before it counts as silent, milliseconds. */
const QUIET_MS = 1_000;
/** How long silence is waited for. A source that scrapes needs two scrapes; longer waits change nothing. */
const SILENCE_WITHIN_MS = 60_000;
const INTERVAL_MS = 500;

export interface Silence {
  /** When the version was last seen without a new request since; undefined when that was not observed. */
  readonly since?: number;
  readonly detail: string;
}

/**
 * Watches until a version gets no request any more: two looks whose newest samples are both later than the move and lie
 * apart, with not one request between them. A source that knows nothing makes that unobserved, and never an error: the
 * routes are back whether or not somebody can count.
 */
export async function awaitSilence(
  session: Session,
  version: string,
  withinMs = SILENCE_WITHIN_MS,
): Promise<Silence> {
  const { clock, signal, settings } = session.ctx;
  const begun = clock.now();
  let first: Measured | undefined;
  let last = 'the source was not read';
  let blind = 0;
  try {
    const observation = await settings.metrics().begin(scopeOf(session), { signal });
    for (;;) {
      const { evidence } = await observation.look(signal);
      const seen = evidence[version];
      if (seen?.kind === 'measured') {
        if (first === undefined || seen.requests > first.requests) {
          first = seen.newestSample >= begun ? seen : undefined;
          last = `${version} still had requests`;
        } else if (seen.newestSample - first.newestSample >= QUIET_MS) {
          return { since: first.newestSample, detail: `${version} gets no request any more` };
        }
      } else if (seen !== undefined) {
        last = `${seen.reason}: ${seen.detail}`;
        blind += 1;
        // A source that is down is not waited for as long as one that is merely slow.
        if (blind >= settings.gates.noEvidence.looks && clock.now() - begun > 10_000) break;
      }
      if (clock.now() - begun >= withinMs) break;
      await clock.sleep(INTERVAL_MS, signal);
    }
  } catch (thrown) {
    signal.throwIfAborted();
    last = (thrown as Error).message;
  }
  return { detail: `that ${version} gets no request any more was not observed: ${last}` };
}
