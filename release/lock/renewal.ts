import { setTimeout as sleep } from 'node:timers/promises';
import type { LockPlace } from './lock';
import type { LockRecord } from './record';

/**
 * How a lock is renewed and when it expires, milliseconds. As in client-go's leader election, whoever cannot renew gives up well
 * before anybody else may take over; others go by their own clocks alone, from when they first saw the last renewal
 * (kubernetes/client-go tools/leaderelection: RetryPeriod, RenewDeadline, LeaseDuration).
 */
export interface LockTiming {
  readonly renewEvery: number;
  /** Without a renewal for so long a holder stops its work: it must have stopped before the lock expires. */
  readonly giveUpAfter: number;
  /** Seen unchanged for so long, the lock is nobody's. */
  readonly expiresAfter: number;
}

export const lockTiming: LockTiming = { renewEvery: 10_000, giveUpAfter: 40_000, expiresAfter: 60_000 };

/** What an attempt to renew came to. `refused`: the account has no right to, so this lock never expires. */
export type Renewed = 'renewed' | 'lost' | 'refused';

export interface Renewal {
  /** Aborts when the lock is somebody else's, or could be soon. */
  readonly lost: AbortSignal;
  /** Ends it; nothing is renewed any more once it resolves. */
  readonly stop: () => Promise<void>;
}

/** Renews a lock until it is stopped. A place whose locks do not expire is left alone. */
export function keepRenewing(
  { renew, describe }: LockPlace,
  record: LockRecord,
  timing: LockTiming = lockTiming,
): Renewal {
  const lost = new AbortController();
  const stopped = new AbortController();
  const lose = (why: string) => lost.abort(new Error(`${describe} ${why}`));

  const attempt = async (): Promise<Renewed | 'failed'> => {
    const limit = new Promise<'failed'>((resolve) => {
      setTimeout(() => resolve('failed'), timing.renewEvery).unref();
    });
    return Promise.race([renew!(record).catch(() => 'failed' as const), limit]);
  };

  const run = async (): Promise<void> => {
    let last = Date.now();
    while (!stopped.signal.aborted) {
      const result = await attempt();
      if (stopped.signal.aborted || result === 'refused') return;
      if (result === 'lost') return lose('was taken over by somebody else');
      if (result === 'renewed') last = Date.now();
      else if (Date.now() - last >= timing.giveUpAfter) {
        return lose(`could not be renewed for ${Math.round(timing.giveUpAfter / 1_000)} s`);
      }
      await sleep(timing.renewEvery, undefined, { ref: false, signal: stopped.signal }).catch(
        () => undefined,
      );
    }
  };

  const running = renew === undefined ? Promise.resolve() : run();
  return {
    lost: lost.signal,
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}
