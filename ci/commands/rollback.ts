import { rollback } from '../../release/commands/rollback';
import type { CommandResult } from '../../release/context';
import { ReleaseError } from '../../release/exitCodes';
import type { Opened } from '../../release/commandLine/surroundings';
import { cancelJob, projectOf } from '../gitlab/api';
import { recordStep } from '../gitlab/recordStep';
import { openRelease, type Around } from '../surroundings';
import { judge, removeLeftLock } from './unlock';

export interface RollbackWish {
  readonly stack: string;
  readonly service?: string;
  readonly reason?: string;
  /** How long it waits for a step that is under way to stop, milliseconds. */
  readonly waitMs: number;
}

/** From one look at the lock to the next. */
const LOOK_MS = 1_000;

/**
 * Frees the way for a rollback: the job that is taking or watching a step is stopped, for its canary is what is wrong.
 * @returns Whether the lock is free, or its holder has ended.
 */
async function freed(opened: Opened, state: { cancelled: boolean }, around: Around): Promise<boolean> {
  const { context } = opened;
  const { lock } = context.settings;
  const found = await lock.read();
  if (found === undefined) return true;
  const { ended, why, job } = await judge(found, false, around);
  if (ended) {
    around.screen.say(`${lock.describe} was left over: ${why}`);
    return removeLeftLock(opened, found);
  }
  const gitlab = projectOf(around.env);
  if (!state.cancelled && job !== undefined) {
    state.cancelled = true;
    if ('missing' in gitlab) {
      around.screen.say(`stop job ${job.job} yourself, it is in the way: ${gitlab.missing}`);
    } else {
      around.screen.say(`stops job ${job.job}: ${why}`);
      await cancelJob(gitlab, job.job);
    }
  }
  return false;
}

/**
 * Takes all traffic back to the stable version. A step that is under way is stopped for it, through GitLab, and waited for.
 * @throws ReleaseError (locked) where somebody else holds the lock to the end
 */
export async function takeBack(wish: RollbackWish, around: Around): Promise<CommandResult> {
  const { env, screen } = around;
  const opened = await openRelease(wish, around);
  const { context, service, stack } = opened;
  const deadline = context.clock.now() + wish.waitMs;
  const state = { cancelled: false };
  for (;;) {
    try {
      const result = await rollback(context, { service, reason: wish.reason });
      screen.say(await recordStep(stack, service, env));
      return result;
    } catch (thrown) {
      const isLocked = thrown instanceof ReleaseError && thrown.outcome === 'locked';
      if (!isLocked || context.clock.now() > deadline) throw thrown;
    }
    while (!(await freed(opened, state, around)) && context.clock.now() <= deadline) {
      await context.clock.sleep(LOOK_MS, context.signal);
    }
  }
}
