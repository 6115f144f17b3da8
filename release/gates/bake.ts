import type { Evidence, LatencyHistogram, Measured, Unattributed } from '../metrics';
import { minus, quantileEstimate } from '../metrics/histogram';
import type { Traffic } from './checks/context';
import { measured } from './checks/context';
import { custom, type CustomMemories, rememberCustom } from './checks/custom';
import { errorCeiling, errorsAgainstStable } from './checks/errors';
import { health, type HealthMemory, rememberHealth } from './checks/health';
import { historyOf } from './checks/history';
import { latencyAgainstStable, latencyCeiling } from './checks/latency';
import { noPodsYet, pods, type PodsMemory, rememberPods } from './checks/pods';
import { evidence, sample, share } from './checks/traffic';
import { unattributed } from './checks/unattributed';
import { customId } from './custom/settings';
import { learn, type Learnt, startLearning } from './learning';
import type { BakePlan, CheckResult, Observed, Verdict } from './model';
import type { Attempt } from './sequential/promotion';
import type { GateSettings } from './settings';

/** A point of the bake, for plots: what was known at one look, counted since the bake began. */
interface BakePoint {
  readonly at: number;
  readonly canary?: VersionPoint;
  readonly stable?: VersionPoint;
}

export interface VersionPoint {
  readonly requests: number;
  readonly errors: number;
  /** The quantile that the gate is about, estimated within its bucket; missing without a histogram. Milliseconds. */
  readonly quantileMs?: number;
}

/**
 * All that a bake remembers. Plain data: it can be written down between two looks and taken up again by another process.
 */
export interface BakeState {
  readonly plan: BakePlan;
  readonly settings: GateSettings;
  readonly startedAt: number;
  readonly looks: number;
  /** Looks in a row without evidence of the canary. */
  readonly blindLooks: number;
  /** The newest look that had evidence of both versions that the step needs. */
  readonly canary?: Measured;
  readonly stable?: Measured;
  /** What earlier attempts at the same step have seen of the canary, the oldest first. */
  readonly earlier: readonly Attempt[];
  readonly learnt: Learnt;
  /** Requests that no version can be named for, at the newest look that knew of them. */
  readonly unattributed?: Unattributed;
  readonly health: HealthMemory;
  readonly pods: PodsMemory;
  readonly custom: CustomMemories;
  readonly points: readonly BakePoint[];
}

/** What a look leads to. */
export interface BakeStep {
  readonly state: BakeState;
  readonly checks: readonly CheckResult[];
  /** Missing while the bake goes on. */
  readonly decision?: Decision;
}

export interface Decision {
  readonly verdict: Verdict;
  /** The checks that decided; all of them when it passed. */
  readonly because: readonly CheckResult[];
  /** In one sentence. */
  readonly summary: string;
  readonly at: number;
  readonly looks: number;
}

/**
 * Begins a bake at a time of the caller's clock, milliseconds.
 * @param earlier what `attemptOf` gave of earlier attempts at the same step that came to no verdict, the oldest first
 */
export function startBake(
  plan: BakePlan,
  settings: GateSettings,
  now: number,
  earlier: readonly Attempt[] = [],
): BakeState {
  return {
    plan,
    settings,
    startedAt: now,
    looks: 0,
    blindLooks: 0,
    earlier,
    learnt: startLearning(settings, now),
    health: { failures: 0 },
    pods: noPodsYet,
    custom: {},
    points: [],
  };
}

/** What a bake has seen of the canary, to be remembered for the next attempt at the same step. */
export const attemptOf = ({ canary }: BakeState): Attempt => ({
  requests: canary?.requests ?? 0,
  errors: canary?.errors ?? 0,
});

/** A later reading can only have counted more; one that has not comes from another memory and is not to be compared. */
const follows = (later: Measured, earlier: Measured | undefined): boolean =>
  earlier === undefined || (later.requests >= earlier.requests && later.errors >= earlier.errors);

function sanity(found: Evidence | undefined, version: string, before: Measured | undefined): Evidence {
  if (found === undefined) {
    return {
      kind: 'none',
      version,
      reason: 'garbage',
      detail: 'the look does not mention this version',
      queries: [],
    };
  }
  if (found.kind === 'none') return found;
  const none = (detail: string): Evidence => ({
    kind: 'none',
    version,
    reason: 'garbage',
    detail,
    queries: found.queries,
  });
  if (found.errors > found.requests) return none(`${found.errors} errors of ${found.requests} requests`);
  return follows(found, before) ? found : none('fewer requests than at the look before');
}

const rise = (later: LatencyHistogram | undefined, earlier: LatencyHistogram | undefined) =>
  later === undefined || earlier === undefined ? later : minus(later, earlier);

function assess(state: BakeState, canary: Evidence, stable: Evidence): readonly CheckResult[] {
  const { plan, settings, learnt } = state;
  const attempts = [...state.earlier, attemptOf(state)];
  const traffic: Traffic = { plan, settings, canary, stable };
  const { latency } = settings;
  const ours = learnt.warm ? rise(state.canary?.latency, learnt.coldCanary) : undefined;
  const history = historyOf(traffic)?.latency;
  const theirs = history ?? (learnt.warm ? rise(state.stable?.latency, learnt.coldStable) : undefined);
  return [
    evidence(traffic),
    health(state.health, settings.health),
    pods(state.pods, settings.pods),
    sample(traffic, attempts),
    errorCeiling(traffic, learnt.errorCeiling, attempts, learnt.recent),
    errorsAgainstStable(traffic, learnt.errors),
    unattributed(traffic, state.unattributed),
    ...(latency?.ceilingMs === undefined ? [] : [latencyCeiling(traffic, learnt.latencyCeiling, ours)]),
    ...(latency === undefined ? [] : [latencyAgainstStable(traffic, learnt, ours, theirs)]),
    ...(settings.share === undefined ? [] : [share(traffic, learnt.share)]),
    ...settings.custom.map((check) => custom(check, state.custom[customId(check)], plan)),
  ];
}

const sentence = (checks: readonly CheckResult[]): string =>
  checks.map(({ id, finding }) => `${id}: ${finding}`).join('; ');

function decide(state: BakeState, checks: readonly CheckResult[], at: number): Decision | undefined {
  const { settings } = state;
  const make = (verdict: Verdict, because: readonly CheckResult[], summary: string): Decision => ({
    verdict,
    because,
    summary,
    at,
    looks: state.looks,
  });
  const failed = checks.filter(({ verdict }) => verdict === 'fail');
  if (failed.length > 0) return make('fail', failed, sentence(failed));
  if (state.blindLooks >= settings.noEvidence.looks) {
    const blind = checks.filter(({ id }) => id === 'evidence');
    const verdict = settings.noEvidence.then === 'rollback' ? 'fail' : 'inconclusive';
    return make(verdict, blind, `${state.blindLooks} looks in a row without evidence; ${sentence(blind)}`);
  }
  const elapsed = at - state.startedAt;
  if (elapsed < settings.bake.durationMs) return undefined;
  const open = checks.filter(({ verdict }) => verdict === 'inconclusive');
  if (open.length === 0) return make('pass', checks, `every check holds after ${state.looks} looks`);
  if (elapsed < settings.bake.longestMs) return undefined;
  return make('inconclusive', open, `still open after ${state.looks} looks: ${sentence(open)}`);
}

/**
 * Takes in one look and says where the bake stands: failed as soon as a check is sure, passed when the time is over and
 * nothing is open, extended up to the longest time while something is, then inconclusive. Pure: the same looks lead to the
 * same verdict.
 */
export function feed(before: BakeState, observed: Observed): BakeStep {
  const { plan, settings } = before;
  const { look } = observed;
  const canary = sanity(look.evidence[plan.canary], plan.canary, before.canary);
  const stable = sanity(look.evidence[plan.stable], plan.stable, before.stable);
  const [ours, theirs] = [measured(canary), measured(stable)];
  const blind =
    ours === undefined && !(plan.weight === 0 && canary.kind === 'none' && canary.reason === 'empty');
  const noted: BakeState = {
    ...before,
    looks: before.looks + 1,
    blindLooks: blind ? before.blindLooks + 1 : 0,
    unattributed: look.unattributed ?? before.unattributed,
    health: rememberHealth(before.health, observed.health, settings.health),
    pods: rememberPods(before.pods, observed.pods),
    custom: rememberCustom(before.custom, observed.custom),
    points: [
      ...before.points,
      { at: look.at, canary: pointOf(ours, settings), stable: pointOf(theirs, settings) },
    ],
  };
  const learnt: BakeState = {
    ...noted,
    canary: ours ?? noted.canary,
    stable: theirs ?? noted.stable,
    learnt: learn(noted.learnt, plan, settings, {
      at: look.at,
      canary: ours,
      stable: theirs,
      startedAt: noted.startedAt,
    }),
  };
  const checks = assess(learnt, canary, stable);
  return { state: learnt, checks, decision: decide(learnt, checks, look.at) };
}

function pointOf(seen: Measured | undefined, { latency }: GateSettings): VersionPoint | undefined {
  if (seen === undefined) return undefined;
  const { requests, errors } = seen;
  const quantileMs = seen.latency && quantileEstimate(seen.latency, latency?.quantile ?? 0.99);
  return { requests, errors, ...(quantileMs === undefined ? {} : { quantileMs }) };
}
