import { routerOf } from '../../components/routing/pure';
import type { CommandResult, ReleaseContext } from '../context';
import { ReleaseError, type Outcome } from '../exitCodes';
import { takeLock, type Patience } from '../lock';
import { EngineFailure } from '../engine';
import { commandLine, openSession, phase, type Session, type SessionOptions } from './session';
import { subjectOf, standing, weightsPart } from './subject';

/** What the work under a lock came to. */
export interface Work {
  readonly outcome: Outcome;
  readonly summary: string;
  readonly next: readonly string[];
}

/**
 * Runs a command's work under the release's lock and gives its result, whatever ends it.
 *
 * The lock is held across everything: a second release would otherwise come in between an update and its gate. Foreseen
 * errors are thrown on once the lock is back and the report written; a stop becomes a result that says where things stand.
 * @throws ReleaseError, ProblemsError, or whatever else was not foreseen
 */
export async function underLock(
  ctx: ReleaseContext,
  operation: string,
  options: SessionOptions,
  work: (session: Session) => Promise<Work>,
): Promise<CommandResult> {
  const held = new AbortController();
  const signal = AbortSignal.any([ctx.signal, held.signal]);
  const session = openSession({ ...ctx, signal }, options);
  const { ports, recorder, journal } = session;
  const lock = await phase(
    session,
    'lock',
    `takes ${ctx.settings.lock.describe}`,
    () =>
      takeLock(
        ctx.settings.lock,
        {
          stack: ctx.stack,
          operation,
          owner: ctx.by.user,
          pid: process.pid,
          now: new Date(ctx.clock.now()),
        },
        ports.machine,
        // A bad canary that was left by a runner that is gone must not wait for a person.
        operation === 'rollback' ? { patience: patienceOf(session) } : {},
      ),
    ({ broken, expired }) => ({
      detail:
        broken === undefined
          ? 'no other release is under way'
          : `broke the lock of a process that is gone${expired === true ? ' (it was renewed no longer)' : ''}: ${broken.operation}, by ${broken.owner}`,
    }),
  );
  journal.begin(session.release.service, operation);
  let ended: Work | undefined;
  let error: unknown;
  lock.lost.addEventListener('abort', () => held.abort(lock.lost.reason), { once: true });
  try {
    signal.throwIfAborted();
    if (lock.expired === true) await ports.engine.cancel();
    ended = await work({ ...session, broken: lock.broken });
  } catch (thrown) {
    if (lock.lost.aborted) error = lockLost(lock.lost, session);
    else if (ctx.signal.aborted) ended = await interrupted(session);
    else error = thrown;
  } finally {
    await giveBack(session, lock.release);
  }
  if (ended === undefined) {
    const summary = (error as Error).message.split('\n')[0] ?? '';
    await record(session, outcomeOf(error), summary);
    journal.end(outcomeOf(error), summary);
    throw forPeople(error, session);
  }
  await record(session, ended.outcome, ended.summary);
  journal.end(ended.outcome, ended.summary);
  return {
    ...ended,
    ...(recorder.isWorthIt ? { report: recorder.report(ended.outcome, ended.summary) } : {}),
  };
}

const patienceOf = ({ ctx: { clock, signal }, emit }: Session): Patience => ({
  now: clock.now,
  sleep: (milliseconds) => clock.sleep(milliseconds, signal),
  onWait: ({ owner, host }, milliseconds) =>
    emit({
      kind: 'note',
      text: `the lock is held by ${owner} on ${host}, which cannot be looked at from here; waiting up to ${milliseconds / 1_000} s to see whether it is renewed`,
    }),
});

/** Somebody else may be at work by now: nothing more is done, and whatever was under way was told to stop. */
const lockLost = ({ reason }: AbortSignal, { ctx }: Session): ReleaseError =>
  new ReleaseError(
    'locked',
    `stopped: ${(reason as Error).message}`,
    `see where the release stands: ${commandLine(ctx, 'status')}`,
  );

const outcomeOf = (error: unknown): Exclude<Outcome, 'done'> =>
  error instanceof ReleaseError ? error.outcome : 'error';

/** An engine that failed printed what is wrong; which command goes on is ours to say. */
function forPeople(error: unknown, { ctx }: Session): unknown {
  if (!(error instanceof EngineFailure)) return error;
  return new ReleaseError(
    'error',
    error.message,
    `fix what it names, then go on (${commandLine(ctx, 'advance')}) or back (${commandLine(ctx, 'rollback')})`,
    { cause: error },
  );
}

async function giveBack(session: Session, release: () => Promise<void>): Promise<void> {
  try {
    await release();
  } catch (thrown) {
    // The next command finds its holder dead and breaks it.
    const text = `the lock could not be given back: ${(thrown as Error).message}`;
    session.emit({ kind: 'note', level: 'warning', text });
  }
}

/** A stop is answered with where things stand, asked of the state with an engine that the stop does not end. */
async function interrupted(session: Session): Promise<Work> {
  const { ctx, ports, release } = session;
  const next = [commandLine(ctx, 'status'), commandLine(ctx, 'advance'), commandLine(ctx, 'rollback')];
  try {
    const state = await ports.lastEngine.state();
    const subject = subjectOf(session, state);
    // An update that was stopped may have moved the routes and not come to remember the step.
    const { version } = release.canary;
    const routes = weightsPart(subject.routing)?.applied?.inputs?.spec;
    const weights = routerOf(release).weightsOf(routes) ?? subject.applied?.weights;
    const weight = weights?.[version] ?? 0;
    const pending =
      state.pending.length === 0
        ? ''
        : `; ${state.pending.length} operations are pending and will be repaired`;
    const summary = `stopped; ${release.service} stands at ${standing(subject)}, ${weight} % of the traffic at ${version}${pending}`;
    return { outcome: 'interrupted', summary, next };
  } catch (thrown) {
    const summary = `stopped; where ${release.service} stands cannot be told: ${(thrown as Error).message.split('\n')[0]}`;
    return { outcome: 'interrupted', summary, next };
  }
}

/** Writes the report, and lets those who are told finish. Neither decides what the command came to. */
async function record(session: Session, outcome: Outcome, summary: string): Promise<void> {
  const { recorder, notices, emit } = session;
  const told = Promise.allSettled(notices);
  if (recorder.isWorthIt) {
    try {
      await phase(
        session,
        'record',
        'writes the report',
        async () => {
          const { writeReleaseReport } = await import('../report/write');
          return writeReleaseReport(recorder.report(outcome, summary), recorder.folder);
        },
        ({ json }) => ({ detail: json }),
      );
    } catch (thrown) {
      const text = `the report could not be written: ${(thrown as Error).message}`;
      emit({ kind: 'note', level: 'warning', text });
    }
  }
  await told;
}
