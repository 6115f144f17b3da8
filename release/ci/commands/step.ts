import { resolve } from 'node:path';
import { stepName, type Step } from '../../../components/canary/pure';
import { advance } from '../../commands/advance';
import { finish } from '../../commands/finish';
import type { CommandResult } from '../../context';
import { openSession } from '../../sequence';
import { approvedPlan, approvedPorts } from '../approved';
import { recordStep } from '../gitlab/recordStep';
import { openRelease, type JobContext } from '../jobContext';
import { previewStack } from './preview';

export interface StepOptions {
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
 * Takes one step with the plan that was approved, watches it, rolls back automatically when the canary is bad, and previews the
 * step after it, so that whoever promotes sees first what that does.
 * @throws ReleaseError, ProblemsError
 */
export async function takeStep(options: StepOptions, job: JobContext): Promise<CommandResult> {
  const { env, screen } = job;
  const opened = await openRelease(options, job);
  const { context, service, stack } = opened;
  const plan = options.approved === undefined ? undefined : await approvedPlan(resolve(options.approved));
  const ports = approvedPorts(context, openSession(context, { service }), plan);
  const result =
    options.to === 'finished'
      ? await finish(context, { service, ports })
      : await advance(context, { service, to: options.to, ports });
  screen.say(await recordStep(stack, service, env));
  if (result.outcome === 'done' && options.next !== undefined && options.nextOut !== undefined) {
    await previewNext(options.next, options.nextOut, options, job);
  }
  return result;
}

/** What the next step looks like decides nothing about this one: its own job is refused where it cannot be taken. */
async function previewNext(
  to: Step,
  out: string,
  { stack, service }: StepOptions,
  job: JobContext,
): Promise<void> {
  const about = `step ${stepName(to)}, the next one`;
  try {
    const { summary, refused } = await previewStack({ stack, service, to, out }, job);
    job.screen.say(refused === undefined ? `${about}: ${summary}` : `${about}: ${refused.message}`);
  } catch (thrown) {
    job.screen.say(`${about}, could not be previewed: ${(thrown as Error).message}`);
  }
}
