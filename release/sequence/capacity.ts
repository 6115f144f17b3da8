import type { Capacity } from '../cluster';
import { ReleaseError } from '../exitCodes';
import type { Session } from './session';

/** How long a rollback waits for pods of the stable version that are not ready, milliseconds. */
const CAPACITY_WAIT_MS = 20_000;
const INTERVAL_MS = 500;

/**
 * Makes sure that the stable version can take all requests before they go to it.
 *
 * All its pods are ready: go at once. Some are: wait a little for the rest, then go all the same and say so, for a canary
 * that is known to be bad is worse than few pods of a version that is known to be good. None is: refuse, for that would
 * turn a bad release into an outage. An API server that does not answer is no reason to stay with a bad canary.
 *
 * @throws ReleaseError (error) when no pod of the stable version is ready
 */
export async function awaitCapacity(session: Session, waitMs = CAPACITY_WAIT_MS): Promise<void> {
  const { ctx, ports, release, emit } = session;
  const { clock, signal } = ctx;
  const { version } = release.stable;
  const deadline = clock.now() + waitMs;
  let told = false;
  for (;;) {
    let found: Capacity;
    try {
      found = await ports.cluster.capacity(version, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      const text = `whether ${version} has ready pods cannot be seen: ${(thrown as Error).message}`;
      emit({ kind: 'note', level: 'warning', text });
      return;
    }
    const { ready, wanted } = found;
    if (ready > 0 && ready >= wanted) return;
    if (!told) {
      const text = `${version}, which is to take all requests, has ${ready} of ${wanted} pods ready; waiting up to ${waitMs / 1_000} s for the rest`;
      emit({ kind: 'note', level: 'warning', text });
      told = true;
    }
    if (clock.now() >= deadline) {
      if (ready > 0) {
        emit({
          kind: 'note',
          level: 'warning',
          text: `going back with ${ready} of ${wanted} pods of ${version} ready`,
        });
        return;
      }
      throw new ReleaseError(
        'error',
        `${version} has no ready pod, so nothing was moved: all requests would fail`,
        `bring ${version} back first (kubectl get pods -l app=${release.service},version=${version}), then roll back again`,
      );
    }
    await clock.sleep(INTERVAL_MS, signal);
  }
}
