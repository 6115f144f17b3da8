import { allSteps, stepName, type Release, type Step } from '../../components/canary/pure';
import type { CommandResult, ReleaseContext } from '../context';
import type { OnDrift } from '../sequence/driftCheck';
import { goOn, resultOf, type Went } from '../sequence/goOn';
import { underLock, type Work } from '../sequence/hold';
import type { Ports } from '../sequence/ports';
import { commandLine, type Session } from '../sequence/session';
import { weightAt } from '../sequence/subject';

export interface RunOptions {
  readonly service?: string;
  /** The last step that is taken. Default 100: the stable version stays until `finish`. */
  readonly until?: Step;
  /** The weight, per cent, that is not gone to without somebody's word: the run is held before it. */
  readonly approveAt?: number;
  readonly onDrift?: OnDrift;
  readonly ports?: Ports;
}

/** Takes step after step, each watched, until there is a reason to stop. One lock is held across all of them. */
export function run(ctx: ReleaseContext, options: RunOptions = {}): Promise<CommandResult> {
  const { until = 100 } = options;
  return underLock(ctx, `run until ${stepName(until)}`, options, (session) => steps(session, until, options));
}

const isReached = (release: Release, step: Step | undefined, until: Step): boolean => {
  if (step === undefined) return false;
  const order = allSteps(release);
  return order.indexOf(step) >= order.indexOf(until);
};

async function steps(session: Session, until: Step, { approveAt, onDrift }: RunOptions): Promise<Work> {
  const { ctx, release } = session;
  const ended = `${release.service} is at`;
  let reached = false;
  const mayTake = (from: Step | undefined, to: Step): string | undefined => {
    if (isReached(release, from, until)) {
      reached = true;
      return `${ended} ${from ?? 'none'}, as asked`;
    }
    if (approveAt === undefined || weightAt(from) >= approveAt || weightAt(to) < approveAt) return undefined;
    return `${release.service} waits at ${from ?? 'none'} for approval of ${stepName(to)}`;
  };
  // Drift is taken over, or put back, once; what drifts while a run is under way is news.
  let first = true;
  for (;;) {
    const went: Went = await goOn(session, { mayTake, onDrift: first ? onDrift : undefined });
    first = false;
    ctx.signal.throwIfAborted();
    if (went.outcome === 'done' && !isReached(release, went.step, until)) continue;
    const result = resultOf(session, went);
    if (went.outcome !== 'kept') return result;
    if (reached) return { ...result, outcome: 'done' };
    return {
      ...result,
      next: [
        commandLine(ctx, 'run', ...(until === 100 ? [] : ['--until', stepName(until)])),
        commandLine(ctx, 'rollback'),
      ],
    };
  }
}
