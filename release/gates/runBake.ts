import { type BakeState, type BakeStep, type Decision, feed, startBake } from './bake';
import type { BakePlan, CheckResult, Observed } from './model';
import type { Attempt } from './sequential/promotion';
import type { GateSettings } from './settings';

/** Time, as the loop knows it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** @throws the signal's reason when it aborts */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

export interface BakeRun {
  readonly plan: BakePlan;
  readonly settings: GateSettings;
  readonly clock: Clock;
  /** Takes one look. It is expected to be bounded in time; trouble belongs into what it returns. */
  readonly observe: (signal?: AbortSignal) => Promise<Observed>;
  /** Told of each look, for progress and to store the state. */
  readonly onLook?: (step: BakeStep) => void;
  /** What earlier attempts at the same step have seen of the canary, the oldest first. */
  readonly earlier?: readonly Attempt[];
  /** A state that was stored, to go on with an interrupted bake. */
  readonly resume?: BakeState;
  readonly signal?: AbortSignal;
}

export interface BakeOutcome {
  readonly decision: Decision;
  readonly checks: readonly CheckResult[];
  readonly state: BakeState;
}

/**
 * Looks again and again until there is a verdict. Looks keep their rhythm, whatever one takes; a look that takes longer
 * than the interval is followed by the next at once.
 * @throws the signal's reason when it aborts
 */
export async function runBake(run: BakeRun): Promise<BakeOutcome> {
  const { clock, settings, signal } = run;
  let state = run.resume ?? startBake(run.plan, settings, clock.now(), run.earlier);
  for (;;) {
    const begun = clock.now();
    const step = feed(state, await run.observe(signal));
    signal?.throwIfAborted();
    state = step.state;
    run.onLook?.(step);
    if (step.decision !== undefined) return { decision: step.decision, checks: step.checks, state };
    await clock.sleep(Math.max(0, settings.bake.intervalMs - (clock.now() - begun)), signal);
  }
}
