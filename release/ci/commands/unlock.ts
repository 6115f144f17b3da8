import type { Found } from '../../lock';
import { runEngine } from '../../engine';
import type { Opened } from '../../commandLine/surroundings';
import { projectOf, readJob } from '../gitlab/api';
import { thisJob } from '../jobs';
import { judgeHolder, type LockVerdict } from '../lockHolder';
import { openRelease, type JobContext } from '../jobContext';

export interface UnlockOptions {
  readonly stack: string;
  readonly service?: string;
  /** Whether all steps of this pipeline have ended, as its stages have it. */
  readonly afterSteps: boolean;
}

/** What there is to say of a lock. */
export interface Unlocked {
  readonly state: 'free' | 'removed' | 'kept';
  readonly summary: string;
}

/** What is known of the holder of a stack's lock. */
export function judge(
  found: Found,
  { context }: Pick<Opened, 'context'>,
  afterSteps: boolean,
): Promise<LockVerdict> {
  const { env, stack, by } = context;
  const gitlab = projectOf(env);
  const stateOf =
    'missing' in gitlab
      ? undefined
      : // Where GitLab cannot be asked nothing is proven, and the lock stays.
        (job: string) => readJob(gitlab, job).catch(() => undefined);
  return judgeHolder(found, { job: thisJob(env), stack, host: by.host, stateOf, afterSteps });
}

/**
 * Takes away the lock of a job that has ended without giving it back, and with it the engine's own: whoever held the first
 * was the only one who could hold the second.
 */
export async function removeLeftLock(
  { context, stack }: Pick<Opened, 'context' | 'stack'>,
  found: Found,
): Promise<boolean> {
  if (!(await context.settings.lock.remove(found.token))) return false;
  const args = ['cancel', '--yes', '--stack', stack.stack, '--non-interactive', '--color', 'never'];
  await runEngine({ args, cwd: stack.projectDir, env: context.env });
  return true;
}

/** Gives back what a job of this stack's pipeline has left locked; whatever somebody still works under stays. */
export async function unlock(options: UnlockOptions, job: JobContext): Promise<Unlocked> {
  const opened = await openRelease(options, job);
  const { lock } = opened.context.settings;
  const found = await lock.read();
  if (found === undefined) return { state: 'free', summary: `${lock.describe} is free` };
  const { ended, why } = await judge(found, opened, options.afterSteps);
  if (!ended) return { state: 'kept', summary: `${lock.describe} stays: ${why}` };
  return (await removeLeftLock(opened, found))
    ? { state: 'removed', summary: `${lock.describe} was left over and is free now: ${why}` }
    : { state: 'free', summary: `${lock.describe} was given back meanwhile` };
}
