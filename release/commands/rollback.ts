import type { CommandResult, ReleaseContext } from '../context';
import { ReleaseError } from '../exitCodes';
import { nameStep } from '../sequence/configFile';
import { underLock, type Work } from '../sequence/hold';
import type { Ports } from '../sequence/ports';
import { rollback as takeBack } from '../sequence/rollback';
import { commandLine, type Session } from '../sequence/session';
import { appliedStep } from '../sequence/subject';
import { surveyState } from '../sequence/survey';

export interface RollbackOptions {
  readonly service?: string;
  /** Kept in history and report. */
  readonly reason?: string;
  readonly ports?: Ports;
}

/** Takes all traffic back to the stable version. Never gated, and without a preview. */
export function rollback(ctx: ReleaseContext, options: RollbackOptions = {}): Promise<CommandResult> {
  const decidedAt = ctx.clock.now();
  return underLock(ctx, 'rollback', options, (session) =>
    rollbackOnce(session, options.reason ?? `asked for by ${ctx.by.user}`, decidedAt),
  );
}

async function rollbackOnce(session: Session, reason: string, decidedAt: number): Promise<Work> {
  const { ctx, release } = session;
  const subject = await surveyState(session);
  const { applied } = subject;
  const step = appliedStep(subject);
  const next = [commandLine(ctx, 'status')];
  if (applied === undefined || step === 'baseline' || step === 0) {
    const summary = `${release.canary.version} has no traffic by weight: ${release.service} stands at ${applied?.step ?? 'none'}`;
    // A command that was killed may have named a step that was never applied: the next `pulumi up` would take it.
    if (step !== undefined) {
      await nameStep({ configFile: ctx.configFile, project: ctx.project, service: release.service }, step);
    }
    return { outcome: 'done', summary, next };
  }
  if (step === 'finished') {
    throw new ReleaseError(
      'usage',
      `${release.service} is finished: ${applied.stable.version} does not run any more, so nothing can go back to it`,
      `release ${applied.stable.version} as the canary`,
    );
  }
  const { silence } = await takeBack(session, { ...subject, applied }, reason, decidedAt);
  return {
    outcome: 'done',
    summary: `${release.service} is back at 0 from ${applied.step}; ${silence.detail}`,
    next,
  };
}
