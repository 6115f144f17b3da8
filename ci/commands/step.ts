import { resolve } from 'node:path';
import { stepName, type Step } from '../../components/canary/pure';
import { advance } from '../../release/commands/advance';
import { finish } from '../../release/commands/finish';
import type { CommandResult } from '../../release/context';
import { openSession } from '../../release/sequence';
import { approvedPlan, approvedPorts } from '../approved';
import { recordStep } from '../gitlab/recordStep';
import { openRelease, type Around } from '../surroundings';
import { previewStack } from './preview';

export interface StepWish {
  readonly stack: string;
  readonly service?: string;
  readonly to: Step;
  /** The folder of the preview that was approved; without it the step is taken with the plan of its own preview. */
  readonly approved?: string;
  /** The step after this one, whose preview is left for the next job. */
  readonly next?: Step;
  /** The folder for that preview. */
  readonly nextOut?: string;
}

/**
 * Takes one step with the plan that was approved, watches it, goes back by itself when the canary is bad, and previews the
 * step after it, so that whoever promotes sees first what that does.
 * @throws ReleaseError, ProblemsError
 */
export async function takeStep(wish: StepWish, around: Around): Promise<CommandResult> {
  const { env, screen } = around;
  const opened = await openRelease(wish, around);
  const { context, service, stack } = opened;
  const plan = wish.approved === undefined ? undefined : await approvedPlan(resolve(wish.approved));
  const ports = approvedPorts(context, openSession(context, { service }), plan);
  const result =
    wish.to === 'finished'
      ? await finish(context, { service, ports })
      : await advance(context, { service, to: wish.to, ports });
  screen.say(await recordStep(stack, service, env));
  if (result.outcome === 'done' && wish.next !== undefined && wish.nextOut !== undefined) {
    await previewNext(wish.next, wish.nextOut, wish, around);
  }
  return result;
}

/** What the next step looks like decides nothing about this one: its own job is refused where it cannot be taken. */
async function previewNext(
  to: Step,
  out: string,
  { stack, service }: StepWish,
  around: Around,
): Promise<void> {
  const about = `step ${stepName(to)}, the next one`;
  try {
    const { summary, refused } = await previewStack({ stack, service, to, out }, around);
    around.screen.say(refused === undefined ? `${about}: ${summary}` : `${about}: ${refused.message}`);
  } catch (thrown) {
    around.screen.say(`${about}, could not be previewed: ${(thrown as Error).message}`);
  }
}
