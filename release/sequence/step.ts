import { stepName, type AppliedRelease, type Step } from '../../components/canary/pure';
import { gateReport } from '../report/fromBake';
import { EngineFailure } from '../engine';
import type { Attempt, BakeOutcome } from '../gates';
import { converge } from './converge';
import { judge, judgeAfter, rememberHeld, rememberPass } from './judge';
import { move, type Moved, type MoveOptions } from './move';
import { rollback } from './rollback';
import { notify, type Session } from './session';
import { standing, subjectOf, type Subject, weightAt, weightsAt, weightsPart } from './subject';
import { earlierAttempts, isPromoted } from './verdicts';

/** What a step came to. */
export interface StepOutcome {
  readonly outcome: 'done' | 'rolledBack' | 'held';
  readonly step: Step;
  readonly summary: string;
}

/** Steps that are watched: those at which there is a canary beside a stable version. */
const isWatched = (step: Step): step is number => typeof step === 'number';

/** Takes one step, and watches it. @throws ReleaseError, EngineFailure, or the signal's reason */
export async function takeStep(
  session: Session,
  subject: Subject,
  step: Step,
  options: MoveOptions = {},
): Promise<StepOutcome> {
  const startedAt = session.ctx.clock.now();
  let moved: Moved;
  try {
    moved = await move(session, subject, step, options);
  } catch (thrown) {
    const back = await afterFailedUpdate(session, subject, step, thrown);
    if (back !== undefined) return back;
    throw thrown;
  }
  notify(session, {
    kind: 'step',
    from: moved.from,
    to: moved.to,
    weight: moved.weight,
    summary: `${session.release.service}: step ${moved.to}`,
  });
  return watch(session, subject, step, { moved, startedAt });
}

interface Taken {
  readonly moved?: Moved;
  readonly startedAt: number;
  /** What earlier attempts at the same step have seen of the canary. */
  readonly earlier?: readonly Attempt[];
  /** Whether the gate of the step has passed before, and only the watch after it is left. */
  readonly promoted?: boolean;
}

/** What is known of a step that was taken before, for those who watch it again. */
export const takenBefore = (
  { ctx }: Session,
  subject: Subject,
  tags: Readonly<Record<string, string>>,
): Taken => ({
  startedAt: ctx.clock.now(),
  earlier: earlierAttempts(subject, tags),
  promoted: isPromoted(subject, tags),
});

/** Waits for the proxies, watches the step and does what the verdict asks for. Also for a step that was taken before. */
export async function watch(
  session: Session,
  subject: Subject,
  step: Step,
  { moved, startedAt, earlier, promoted = false }: Taken,
): Promise<StepOutcome> {
  const { release, recorder, ctx } = session;
  const name = stepName(step);
  const about = { from: moved?.from ?? name, to: name, weight: weightAt(step) };
  const note = recorder.step({
    ...about,
    startedAt: new Date(startedAt).toISOString(),
    upSeconds: moved?.update.seconds ?? 0,
    convergenceSeconds: null,
    changed: [...(moved?.update.changed ?? [])],
  });
  const convergence = await converge(session, weightsAt(release, step));
  if (convergence.state === 'converged') note({ convergenceSeconds: convergence.tookMs / 1_000 });
  if (!isWatched(step)) {
    const summary = `${release.service} is at ${name}`;
    return { outcome: 'done', step, summary };
  }
  if (convergence.state !== 'converged') {
    const summary = `${release.service} is held at ${name}: ${convergence.detail}`;
    notify(session, { kind: 'held', ...about, summary });
    return { outcome: 'held', step, summary };
  }
  const goesOn = step === 100 && ctx.settings.gates.watchAfterMs > 0;
  if (promoted && !goesOn) {
    // The stack does not ask for it any more.
    await rememberPass(session, name);
    return { outcome: 'done', step, summary: `${release.service} is at ${name}, whose gate has passed` };
  }
  if (!promoted) {
    const judged = await judge(session, step, earlier);
    note({ gate: gateReport(judged, judged.source) });
    const outcome = await conclude(session, subject, step, about, judged, goesOn ? 'gate' : 'all');
    if (outcome.outcome !== 'done' || !goesOn) return outcome;
  }
  const since = moved === undefined ? Date.parse(subject.applied?.since ?? '') : startedAt;
  return watchAfter(session, subject, step, { since, earlier: promoted ? earlier : undefined });
}

/** Watches a canary on that has passed its gate at 100; in the report that is a step of its own, from 100 to 100. */
async function watchAfter(
  session: Session,
  subject: Subject,
  step: Step,
  { since, earlier }: { readonly since: number; readonly earlier?: readonly Attempt[] },
): Promise<StepOutcome> {
  const { recorder, ctx } = session;
  const name = stepName(step);
  const about = { from: name, to: name, weight: weightAt(step) };
  const note = recorder.step({
    ...about,
    startedAt: new Date(ctx.clock.now()).toISOString(),
    ...{ upSeconds: 0, convergenceSeconds: null, changed: [] },
  });
  const judged = await judgeAfter(session, step, since, earlier);
  note({ gate: gateReport(judged, judged.source) });
  return conclude(session, subject, step, about, judged, 'after');
}

type About = { readonly from: string; readonly to: string; readonly weight: number };

/**
 * Does what a verdict asks for.
 * @param part what was judged of the step: its gate, after which a watch goes on, that watch, or all there is
 */
async function conclude(
  session: Session,
  subject: Subject,
  step: Step,
  about: About,
  { decision, ...rest }: BakeOutcome,
  part: 'gate' | 'after' | 'all',
): Promise<StepOutcome> {
  const { release } = session;
  const name = about.to;
  notify(session, { kind: 'gate', ...about, verdict: decision.verdict, summary: decision.summary });
  if (decision.verdict === 'pass') {
    await rememberPass(session, name, part === 'gate' ? 'promoted' : 'pass');
    return { outcome: 'done', step, summary: `${release.service} is at ${name}: ${decision.summary}` };
  }
  if (decision.verdict === 'inconclusive') {
    await rememberHeld(session, name, { decision, ...rest }, part === 'after' ? true : undefined);
    const summary = `${release.service} is held at ${name}: ${decision.summary}`;
    notify(session, { kind: 'held', ...about, summary });
    return { outcome: 'held', step, summary };
  }
  if (step === 0) {
    return {
      outcome: 'rolledBack',
      step,
      summary: `${release.canary.version} fails at 0, where it has no traffic; it stays there: ${decision.summary}`,
    };
  }
  const now = await currentSubject(session, subject);
  const done = await rollback(session, now, decision.summary, { decidedAt: decision.at });
  return {
    outcome: 'rolledBack',
    step,
    summary: `${release.service} is back at 0 from ${name}: ${decision.summary}; ${done.silence.detail}`,
  };
}

/**
 * What a rollback has to know of a step that was just taken. Not asked of the state again: that is a whole run of the
 * engine's command, and every field but the step and its time is as it was.
 */
async function currentSubject(
  session: Session,
  subject: Subject,
): Promise<Subject & { readonly applied: AppliedRelease }> {
  const { applied, routing } = subject;
  const last = session.recorder.steps.at(-1);
  if (applied !== undefined && weightsPart(routing)?.applied !== undefined && last !== undefined) {
    return { ...subject, applied: { ...applied, ...versionsOf(session), step: last.to } };
  }
  const read = subjectOf(session, await session.ports.engine.state());
  if (read.applied === undefined) throw new Error('the stack remembers no release after a step of it');
  return { ...read, applied: read.applied };
}

const versionsOf = ({ release: { stable, canary, steps } }: Session) => ({ stable, canary, steps });

/**
 * An update to 0 fails where the canary does not get ready. No traffic was moved to it, so the way back is the baseline,
 * and the command has done what it is for: a bad canary is refused. Any other failure is told as it is.
 */
async function afterFailedUpdate(
  session: Session,
  subject: Subject,
  step: Step,
  thrown: unknown,
): Promise<StepOutcome | undefined> {
  const { release, ctx, ports, emit } = session;
  if (!(thrown instanceof EngineFailure) || ctx.signal.aborted) return undefined;
  const canary = `${release.service}-${release.canary.version}`;
  const sick = thrown.failed.some((urn) => urn.includes(':Deployment::') && urn.endsWith(`::${canary}`));
  if (!sick || step !== 0 || standing(subject) !== 'baseline') return undefined;
  emit({ kind: 'note', level: 'warning', text: `${canary} did not get ready; going back to the baseline` });
  const why = thrown.errors.at(-1) ?? `${canary} did not get ready`;
  await ports.engine.up({
    phase: 'rollback',
    configFile: ctx.configFile,
    message: `release: ${release.service} ${release.canary.version} did not get ready, by ${ctx.by.user}`,
  });
  return {
    outcome: 'rolledBack',
    step: 'baseline',
    summary: `${release.service} is back at baseline: ${why.split('\n')[0]}`,
  };
}
