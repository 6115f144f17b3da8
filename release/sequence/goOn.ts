import { allSteps, type Step } from '../../components/canary/pure';
import { adoptedStep } from './adoptDrift';
import { nameStep, placeOf } from './configFile';
import { driftCheck, isHalfRolledBack, type OnDrift } from './driftCheck';
import type { HeadStart } from './headStart';
import type { Work } from './hold';
import { refuseOtherRoads } from './otherRoads';
import { pausedText, pauseOf } from './paused';
import { requireMesh } from './requireMesh';
import { rollback, withoutTraffic } from './rollback';
import { commandLine, type Session } from './session';
import { type StepOutcome, takenBefore, takeStep, watch } from './step';
import { appliedStep, chooseStep, standing, type Subject, superseded } from './subject';
import { survey } from './survey';
import { approvalOf, hasPassed, isPromoted } from './verdicts';

export interface GoOn {
  /** The step to take; default the next one. */
  readonly to?: Step;
  readonly onDrift?: OnDrift;
  /** What was sent back of a canary that config has replaced. */
  readonly sent?: HeadStart;
  /** Asked before a step is taken; a reason keeps it from being taken. */
  readonly mayTake?: (from: Step | undefined, to: Step) => string | undefined;
}

/** What came of going on; `over` where there was nothing left to do. */
export type Went =
  StepOutcome | { readonly outcome: 'over' | 'kept'; readonly step?: Step; readonly summary: string };

/**
 * Goes on by one step from wherever the release stands.
 *
 * A step that was applied and never passed its gate, because the command was stopped, killed or held, is watched before
 * anything else: nothing goes further on the strength of an update alone. A canary that config has replaced in flight goes
 * back to 0 first, then the new one takes its place.
 */
export async function goOn(session: Session, { to, onDrift = 'refuse', mayTake, sent }: GoOn): Promise<Went> {
  const found = await survey(session);
  const { subject, tags } = found;
  await requireMesh(session, found);
  const drifts = await driftCheck(session, found, onDrift);
  const overwrite = drifts.length > 0;
  if (overwrite && onDrift === 'adopt') {
    return takeStep(session, subject, adoptedStep(found), { overwrite });
  }
  const at = appliedStep(subject);
  if (subject.applied !== undefined && sent === undefined && isHalfRolledBack(found)) {
    const { applied } = subject;
    const reason = 'a rollback was stopped half way';
    const { silence } = await rollback(session, { ...subject, applied }, reason);
    const summary = `${session.release.service} is back at 0 from ${applied.step}: ${reason}; ${silence.detail}`;
    return { outcome: 'rolledBack', step: 0, summary };
  }
  // What was applied is put back in an update of its own: a step on top of it would be judged with two changes in it.
  if (overwrite && at !== undefined && !superseded(subject)) {
    return takeStep(session, subject, at, { overwrite });
  }
  if (superseded(subject)) return swap(session, subject, overwrite, sent);
  const again = to !== undefined && to === at;
  if (again) {
    // The file may still name a step that a killed command never came to take.
    await nameStep(placeOf(session), to);
  }
  if (at !== undefined && (again || !hasPassed(subject, tags))) {
    if (!again) {
      const what = isPromoted(subject, tags) ? 'whose watch is not over' : 'which has not passed its gate';
      const text = `${session.release.service} stands at ${standing(subject)}, ${what}; it is watched first`;
      session.emit({ kind: 'note', text });
    }
    const judged = await watch(session, subject, at, takenBefore(session, subject, tags));
    if (again || judged.outcome !== 'done') return judged;
  }
  const step = chooseStep(subject, to);
  if (step === undefined) {
    const { service, canary } = session.release;
    return { outcome: 'over', summary: `${service} is finished: ${canary.version} has everything` };
  }
  // The first step that starts a canary, or gives it requests.
  if (at === 'baseline' || at === 0) await refuseOtherRoads(session, subject, found.state);
  const kept = mayTake?.(at, step);
  if (kept !== undefined) return { outcome: 'kept', step: at, summary: kept };
  const pause = pauseOf(session.release.service, tags);
  if (pause !== undefined && isOnwards(session, at, step)) {
    return { outcome: 'kept', step: at, summary: pausedText(session.release.service, pause) };
  }
  return takeStep(session, subject, step, { approval: approvalOf(subject, tags) });
}

/** Whether a step leads on and not back. */
function isOnwards({ release }: Session, from: Step | undefined, to: Step): boolean {
  const order = allSteps(release);
  return from === undefined || order.indexOf(to) > order.indexOf(from);
}

/** Two moves: the old canary gives its traffic back, then the new one takes its place at 0. */
async function swap(
  session: Session,
  subject: Subject,
  overwrite: boolean,
  sent: HeadStart | undefined,
): Promise<StepOutcome> {
  const { applied } = subject;
  if (applied === undefined) return takeStep(session, subject, 0, { overwrite });
  const reason = `${session.release.canary.version} takes the place of ${applied.canary.version}`;
  const back = await withoutTraffic(session, { ...subject, applied }, reason, { sent });
  return takeStep(session, back, 0, { overwrite });
}

/** The result of a command that went on by one step. */
export function resultOf({ ctx }: Session, { outcome, step, summary }: Went): Work {
  const advance = commandLine(ctx, 'advance');
  const rollbackCommand = commandLine(ctx, 'rollback');
  switch (outcome) {
    case 'over':
      return { outcome: 'done', summary, next: [] };
    case 'kept':
      return { outcome: 'held', summary, next: [advance, rollbackCommand] };
    case 'done':
      return { outcome, summary, next: nextAfter(step, ctx) };
    case 'held':
      return { outcome, summary, next: [advance, rollbackCommand] };
    case 'rolledBack':
      return { outcome, summary, next: [commandLine(ctx, 'report'), commandLine(ctx, 'status')] };
  }
}

function nextAfter(step: Step | undefined, ctx: Session['ctx']): readonly string[] {
  if (step === 'finished') return [];
  const on = commandLine(ctx, step === 100 ? 'finish' : 'advance');
  return step === 'baseline' ? [on] : [on, commandLine(ctx, 'rollback')];
}
