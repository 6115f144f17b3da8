import type { CommandResult, ReleaseContext } from '../context';
import { ReleaseError } from '../exitCodes';
import { commandLine, notify, openSession } from '../sequence/session';
import { endPause, keepPause, pausedText, pauseOf } from '../sequence/paused';
import type { Ports } from '../sequence/ports';

export interface PauseOptions {
  readonly service?: string;
  /** Why; kept with who paused. */
  readonly reason?: string;
  readonly ports?: Ports;
}

/**
 * Lets no command take a further step until the release is resumed. Takes no lock: a run that is under way meets the pause
 * before its next step, and its gate still takes a bad canary back.
 */
export async function pause(ctx: ReleaseContext, options: PauseOptions = {}): Promise<CommandResult> {
  const { reason } = options;
  if (reason === undefined) {
    throw new ReleaseError(
      'usage',
      'a pause needs a reason',
      'add --reason with a sentence on why, for whoever meets it',
    );
  }
  const session = openSession(ctx, options);
  await keepPause(session, reason);
  const { service } = session.release;
  const summary = `${service} is paused: ${reason}`;
  notify(session, { kind: 'held', summary });
  await Promise.allSettled(session.notices);
  return { outcome: 'done', summary, next: [commandLine(ctx, 'resume'), commandLine(ctx, 'rollback')] };
}

/** Takes a pause away; moves nothing. */
export async function resume(ctx: ReleaseContext, options: PauseOptions = {}): Promise<CommandResult> {
  const session = openSession(ctx, options);
  const { service } = session.release;
  const found = pauseOf(service, await session.ports.engine.tags());
  if (found === undefined) return { outcome: 'done', summary: `${service} is not paused`, next: [] };
  await endPause(session);
  const summary = `${service} may go on; ${pausedText(service, found)}`.replace(
    ' is paused ',
    ' was paused ',
  );
  return { outcome: 'done', summary, next: [commandLine(ctx, 'advance')] };
}
