import type { CommandResult, ReleaseContext } from '../context';
import { driftCheck, type OnDrift } from '../sequence/driftCheck';
import { resultOf } from '../sequence/goOn';
import { underLock, type Work } from '../sequence/hold';
import { hasPassed } from '../sequence/verdicts';
import type { Ports } from '../sequence/ports';
import { commandLine, phase, type Session } from '../sequence/session';
import { refusePaused } from '../sequence/paused';
import { awaitSilence } from '../sequence/silence';
import { takenBefore, takeStep, watch } from '../sequence/step';
import { appliedStep, chooseStep } from '../sequence/subject';
import { survey } from '../sequence/survey';

export interface FinishOptions {
  readonly service?: string;
  readonly onDrift?: OnDrift;
  readonly ports?: Ports;
}

/** Takes the old version away once the new one has everything and nobody was seen to call the old one any more. */
export function finish(ctx: ReleaseContext, options: FinishOptions = {}): Promise<CommandResult> {
  return underLock(ctx, 'finish', options, (session) => finishOnce(session, options));
}

async function finishOnce(session: Session, { onDrift = 'refuse' }: FinishOptions): Promise<Work> {
  const { ctx, release } = session;
  const found = await survey(session);
  const { subject, tags } = found;
  refusePaused(session, tags);
  const overwrite = (await driftCheck(session, found, onDrift)).length > 0;
  if (subject.applied?.step === 'finished') {
    return resultOf(session, { outcome: 'over', summary: `${release.service} is finished already` });
  }
  // Asked first, so that a release in the middle is refused before anything is waited for.
  chooseStep(subject, 'finished');
  const at = appliedStep(subject);
  if (at !== undefined && !hasPassed(subject, tags)) {
    const judged = await watch(session, subject, at, takenBefore(session, subject, tags));
    if (judged.outcome !== 'done') return resultOf(session, judged);
  }
  const { version } = release.stable;
  const silence = await phase(
    session,
    'converge',
    `waits until ${version} gets no request any more`,
    () => awaitSilence(session, version),
    ({ since, detail }) => ({ detail, failed: since === undefined }),
  );
  if (silence.since === undefined) {
    const summary = `${release.service} is held at 100: ${silence.detail}`;
    return {
      outcome: 'held',
      summary,
      next: [commandLine(ctx, 'finish'), commandLine(ctx, 'rollback')],
    };
  }
  return resultOf(session, await takeStep(session, subject, 'finished', { overwrite }));
}
