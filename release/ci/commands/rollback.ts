import { rollback } from '../../commands/rollback';
import type { CommandResult } from '../../context';
import { ReleaseError } from '../../exitCodes';
import type { Opened } from '../../commandLine/surroundings';
import { cancelJob, projectOf } from '../gitlab/api';
import { recordStep } from '../gitlab/recordStep';
import { openRelease, type JobContext } from '../jobContext';
import { judge, removeLeftLock } from './unlock';

export interface RollbackOptions {
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
async function freed(
  opened: Opened,
  state: { cancelled: boolean },
  { env, screen }: JobContext,
): Promise<boolean> {
  const { context } = opened;
  const { lock } = context.settings;
  const found = await lock.read();
  if (found === undefined) return true;
  const { ended, why, job } = await judge(found, opened, false);
  if (ended) {
    screen.say(`${lock.describe} was left over: ${why}`);
    return removeLeftLock(opened, found);
  }
  const gitlab = projectOf(env);
  if (!state.cancelled && job !== undefined) {
    state.cancelled = true;
    if ('missing' in gitlab) {
      screen.say(`stop job ${job.job} yourself, it is in the way: ${gitlab.missing}`);
    } else {
      screen.say(`stops job ${job.job}: ${why}`);
      await cancelJob(gitlab, job.job);
    }
  }
  return false;
}

/**
 * Takes all traffic back to the stable version. A step that is under way is stopped for it, through GitLab, and waited for.
 * @throws ReleaseError (locked) where somebody else holds the lock to the end
 */
export async function takeBack(options: RollbackOptions, job: JobContext): Promise<CommandResult> {
  const { env, screen } = job;
  const opened = await openRelease(options, job);
  const { context, service, stack } = opened;
  const deadline = context.clock.now() + options.waitMs;
  const state = { cancelled: false };
  for (;;) {
    try {
      const result = await rollback(context, { service, reason: options.reason });
      screen.say(await recordStep(stack, service, env));
      return result;
    } catch (thrown) {
      const isLocked = thrown instanceof ReleaseError && thrown.outcome === 'locked';
      if (!isLocked || context.clock.now() > deadline) throw thrown;
    }
    while (!(await freed(opened, state, job)) && context.clock.now() <= deadline) {
      await context.clock.sleep(LOOK_MS, context.signal);
    }
  }
}
