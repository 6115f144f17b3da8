import type { CommandResult, ReleaseContext } from '../context';
import { ReleaseError } from '../exitCodes';
import { underLock, type Work } from '../sequence/hold';
import type { Ports } from '../sequence/ports';
import { commandLine, notify, type Session } from '../sequence/session';
import { appliedStep, superseded, weightAt } from '../sequence/subject';
import { survey } from '../sequence/survey';
import { hasPassed, remember, remembered } from '../sequence/verdicts';

export interface ApproveOptions {
  readonly service?: string;
  /** Why the step may pass without the traffic that the gate asks for. Kept with the name of whoever says so. */
  readonly reason?: string;
  readonly ports?: Ports;
}

/**
 * Lets a step pass that is held for want of traffic, and for nothing else. Moves nothing: the next command takes the next
 * step. Who approved and why is kept with the stack, told to whoever is told of the release, and in the history of the
 * update that takes the next step.
 */
export function approve(ctx: ReleaseContext, options: ApproveOptions = {}): Promise<CommandResult> {
  return underLock(ctx, 'approve', options, (session) => approveOnce(session, options.reason));
}

const refuse = (problem: string, remedy: string) => new ReleaseError('usage', problem, remedy);

async function approveOnce(session: Session, reason: string | undefined): Promise<Work> {
  const { ctx, release } = session;
  if (reason === undefined) {
    throw refuse('an approval needs a reason', 'add --reason with a sentence on why the step may pass');
  }
  const { subject, tags } = await survey(session);
  const { service } = release;
  const step = appliedStep(subject);
  const { applied } = subject;
  if (applied === undefined || typeof step !== 'number' || superseded(subject)) {
    throw refuse(
      `${service} stands at no step of this release that could be approved`,
      `see where it stands: ${commandLine(ctx, 'status')}`,
    );
  }
  const next = [commandLine(ctx, 'advance'), commandLine(ctx, 'rollback')];
  if (hasPassed(subject, tags)) {
    return { outcome: 'done', summary: `${service} has passed ${applied.step} already`, next };
  }
  const before = remembered(subject, tags);
  if (before?.verdict !== 'held') {
    throw refuse(
      `${service} was not held at ${applied.step}: its gate has not decided yet`,
      `let it be watched first: ${commandLine(ctx, 'advance')}`,
    );
  }
  if (before.quiet !== true) {
    throw refuse(
      `${service} is held at ${applied.step} for more than a lack of traffic`,
      `watch it again (${commandLine(ctx, 'advance')}), or go back (${commandLine(ctx, 'rollback')})`,
    );
  }
  const by = ctx.by.user;
  const kept = await remember(session, applied.step, {
    verdict: 'approved',
    attempts: before.attempts,
    by,
    reason,
  });
  if (!kept) {
    throw new ReleaseError(
      'error',
      'the backend keeps no tags, so an approval cannot be recorded',
      'use a backend with tags, or let the step be watched until it has had enough traffic',
    );
  }
  const summary = `${service} passes ${applied.step} for want of traffic, approved by ${by}: ${reason}`;
  session.emit({ kind: 'note', text: summary });
  notify(session, { kind: 'approved', to: applied.step, weight: weightAt(step), summary });
  return { outcome: 'done', summary, next };
}
