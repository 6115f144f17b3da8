import type { AppliedRelease } from '../../components/canary/pure';
import type { CommandResult, ReleaseContext } from '../context';
import { ReleaseError } from '../exitCodes';
import { nameReverse, placeOf } from '../sequence/configFile';
import { resultOf } from '../sequence/goOn';
import { underLock, type Work } from '../sequence/hold';
import type { Ports } from '../sequence/ports';
import { withoutTraffic } from '../sequence/rollback';
import { commandLine, type Session } from '../sequence/session';
import { takeStep } from '../sequence/step';
import { appliedStep, superseded } from '../sequence/subject';
import { surveyState } from '../sequence/survey';

export interface UndoOptions {
  readonly service?: string;
  /** Kept in history and report. */
  readonly reason?: string;
  readonly ports?: Ports;
}

/** Goes back to before the release: removes a canary that is under way, or prepares the way back to the version before. */
export function undo(ctx: ReleaseContext, options: UndoOptions = {}): Promise<CommandResult> {
  return underLock(ctx, 'undo', options, (session) =>
    undoOnce(session, options.reason ?? `undone by ${ctx.by.user}`),
  );
}

async function undoOnce(session: Session, reason: string): Promise<Work> {
  const { ctx, release } = session;
  const subject = await surveyState(session);
  const { applied } = subject;
  const step = appliedStep(subject);
  if (applied === undefined || step === undefined || step === 'baseline') {
    return { outcome: 'done', summary: `${release.service} has no release to undo`, next: [] };
  }
  if (step === 'finished') return prepareWayBack(session, applied);
  if (superseded(subject)) {
    throw new ReleaseError(
      'usage',
      `the config names ${release.canary.version}, and ${applied.canary.version} is under way`,
      `take the traffic back first (${commandLine(ctx, 'rollback')}), or name ${applied.canary.version} as the canary again`,
    );
  }
  const back = await withoutTraffic(session, { ...subject, applied }, reason);
  const removed = await takeStep(session, back, 'baseline');
  const { next } = resultOf(session, removed);
  return { ...removed, summary: `${removed.summary}; ${applied.canary.version} is removed`, next };
}

/** The version before does not run any more, so it comes back as every version does: as a canary, gated. */
async function prepareWayBack(session: Session, applied: AppliedRelease): Promise<Work> {
  const { ctx } = session;
  await nameReverse(placeOf(session), applied);
  const [now, before] = [applied.canary.version, applied.stable.version];
  return {
    outcome: 'done',
    summary: `the config releases ${before} as the canary after ${now}; nothing was applied`,
    next: [commandLine(ctx, 'plan'), commandLine(ctx, 'advance')],
  };
}
