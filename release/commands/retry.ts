import type { CommandResult, ReleaseContext } from '../context';
import { ReleaseError } from '../exitCodes';
import type { OnDrift } from '../sequence/driftCheck';
import { goOn, resultOf } from '../sequence/goOn';
import { underLock } from '../sequence/hold';
import type { Ports } from '../sequence/ports';
import { commandLine } from '../sequence/session';
import { appliedStep, standing, superseded } from '../sequence/subject';
import { surveyState } from '../sequence/survey';

export interface RetryOptions {
  readonly service?: string;
  readonly onDrift?: OnDrift;
  readonly ports?: Ports;
}

/** Watches the step again that the release stands at, and takes no other. */
export function retry(ctx: ReleaseContext, options: RetryOptions = {}): Promise<CommandResult> {
  return underLock(ctx, 'retry', options, async (session) => {
    const subject = await surveyState(session);
    const step = appliedStep(subject);
    if (typeof step !== 'number' || superseded(subject)) {
      throw new ReleaseError(
        'usage',
        `${session.release.service} stands at ${standing(subject)}, where no canary of this release is watched`,
        `begin with ${commandLine(ctx, 'advance')}`,
      );
    }
    return resultOf(session, await goOn(session, { to: step, onDrift: options.onDrift }));
  });
}
