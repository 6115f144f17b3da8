import type { LatencyHistogram, Measured } from '../metrics';
import { minus } from '../metrics/histogram';
import {
  chooseLine,
  goOnWarming,
  isWarm,
  latencyBatch,
  type LatencyLine,
  slowBatch,
  type WarmRun,
} from './checks/latencyLine';
import { ceilingOf, historyOf, toleratedOf } from './checks/history';
import { type BakePlan, isAlone } from './model';
import type { Batch } from './sequential/comparison';
import {
  above,
  againstCeiling,
  caps,
  type CeilingState,
  compare,
  startCeiling,
  startComparison,
} from './sequential/evidence';
import { againstShare, type ShareState, startShare } from './sequential/share';
import type { Wealth } from './sequential/wealth';
import type { GateSettings } from './settings';

/** What a bake has learnt of the two versions. Plain data. */
export interface Learnt {
  /** Where the batch that is under way began: the newest reading of each version by then. */
  readonly begun: { readonly at: number; readonly canary?: Measured; readonly stable?: Measured };
  /** Looks in a row at which the stable version was unknown, so that no batch could end. */
  readonly without: number;
  readonly errors: Wealth;
  readonly errorCeiling: CeilingState;
  readonly slowness: CeilingState;
  readonly latencyCeiling: CeilingState;
  readonly share: ShareState;
  /** The newest batches, the oldest first: what was good for hours may be bad now. */
  readonly recent: readonly Batch[];
  readonly line?: LatencyLine;
  /** Batches whose latencies were compared. */
  readonly compared: number;
  /** What was seen of the canary since it was last plainly slow. */
  readonly warming: WarmRun;
  readonly warm: boolean;
  /** Latencies up to the end of the warm-up, which are taken off. */
  readonly coldCanary?: LatencyHistogram;
  readonly coldStable?: LatencyHistogram;
}

export const startLearning = ({ latency }: GateSettings, now: number): Learnt => ({
  begun: { at: now },
  without: 0,
  errors: startComparison(),
  errorCeiling: startCeiling(),
  slowness: startCeiling(),
  latencyCeiling: startCeiling(),
  share: startShare(),
  recent: [],
  compared: 0,
  warming: { requests: 0, slow: 0 },
  warm: latency === undefined || latency.warmUpMs === 0,
});

/** A batch is this long, or one interval if that is longer; shorter ones would cut a burst into many events. */
const BATCH_MS = 5_000;
/** Looks keep no exact time; a batch ends at the look that is nearest to its length. */
const NEARLY = 0.8;
/** A bake of seconds, as in a rehearsal, still has some batches. */
const FEWEST_BATCHES = 20;
/** Batches that `recent` holds: half a minute. */
const RECENT = 6;

const batchMs = ({ bake }: GateSettings): number =>
  Math.max(bake.intervalMs, Math.min(BATCH_MS, Math.max(1_000, bake.durationMs / FEWEST_BATCHES)));

/** How many batches a bake has at most. */
const batchesOf = (settings: GateSettings): number =>
  Math.max(1, Math.ceil(settings.bake.longestMs / batchMs(settings)));

const zero = { requests: 0, errors: 0 };

/** What a version did since an earlier reading. */
const since = (later: Measured | undefined, earlier: Measured | undefined) => ({
  total: (later ?? zero).requests - (earlier ?? zero).requests,
  bad: (later ?? zero).errors - (earlier ?? zero).errors,
});

const rise = (later: LatencyHistogram | undefined, earlier: LatencyHistogram | undefined) =>
  later === undefined || earlier === undefined ? later : minus(later, earlier);

/**
 * Takes in a look. Evidence is gathered in batches: stretches of some seconds in which both versions were read at the same
 * moments. A look that comes too soon, or that brought no request, leaves the batch open, so nothing is lost.
 */
export function learn(
  before: Learnt,
  plan: BakePlan,
  settings: GateSettings,
  look: {
    readonly at: number;
    readonly canary?: Measured;
    readonly stable?: Measured;
    readonly startedAt: number;
  },
): Learnt {
  const { at, canary, stable, startedAt } = look;
  if (canary === undefined) return before;
  const lone = isAlone(plan) || before.without >= settings.noEvidence.looks;
  if (stable === undefined && !lone) return { ...before, without: before.without + 1 };
  const { begun } = before;
  const ours = since(canary, begun.canary);
  if (at - begun.at < batchMs(settings) * NEARLY || ours.total + since(stable, begun.stable).total === 0) {
    return stable === undefined ? before : { ...before, without: 0 };
  }
  // A stable version that was unknown for a while comes back with more than this batch: its part begins now.
  const theirs =
    stable === undefined || (before.without > 0 && lone) ? { total: 0, bad: 0 } : since(stable, begun.stable);
  const batch: Batch = {
    canaryBad: ours.bad,
    canaryTotal: ours.total,
    stableBad: theirs.bad,
    stableTotal: theirs.total,
  };
  const batches = batchesOf(settings);
  const about = { plan, settings };
  const ceiling = ceilingOf(about);
  const tolerated = toleratedOf(about);
  const next: Learnt = {
    ...before,
    begun: { at, canary, stable: stable ?? begun.stable },
    without: stable === undefined ? before.without : 0,
    errors:
      tolerated === undefined
        ? compare(before.errors, batch, settings.errors.toleratedRatio, batches)
        : above(before.errors, batch, tolerated, batches),
    errorCeiling: againstCeiling(before.errorCeiling, batch, {
      ...{ ceiling, batches },
      sharedCap: tolerated === undefined ? caps.shared : caps.alone,
    }),
    share:
      settings.share === undefined
        ? before.share
        : againstShare(before.share, batch, plan, settings.share.tolerance, batches),
    recent: [...before.recent, batch].slice(-RECENT),
  };
  const history = historyOf(about)?.latency;
  return learnLatency(next, settings, { begun, canary, stable, history, startedAt, batches });
}

function learnLatency(
  state: Learnt,
  settings: GateSettings,
  {
    begun,
    canary,
    stable,
    history,
    startedAt,
    batches,
  }: {
    readonly begun: Learnt['begun'];
    readonly canary: Measured;
    readonly stable?: Measured;
    /** The stable version's latencies before, where they are what is compared with. */
    readonly history?: LatencyHistogram;
    readonly startedAt: number;
    readonly batches: number;
  },
): Learnt {
  const { latency } = settings;
  if (latency === undefined) return state;
  const ours = rise(canary.latency, begun.canary?.latency);
  const theirs = rise(stable?.latency, begun.stable?.latency);
  // Chosen by what was seen before the next batch only: that is what keeps the running test valid.
  const line = chooseLine(history ?? stable?.latency, latency, settings.minimumRequests);
  if (!state.warm) {
    const warming =
      ours !== undefined && state.line !== undefined
        ? goOnWarming(state.warming, ours, state.line, latency)
        : state.warming;
    // Until when the counts reach, and not what the clock says: a source that scrapes is behind it.
    const reached = canary.completeTo ?? canary.newestSample;
    const warm = isWarm(warming, latency) || reached - startedAt >= latency.warmUpMs;
    return { ...state, line, warm, warming, coldCanary: canary.latency, coldStable: stable?.latency };
  }
  const tail = 1 - latency.quantile;
  const cap = caps.comparison;
  const compared =
    state.line === undefined || ours === undefined
      ? undefined
      : history !== undefined
        ? slowBatch(ours, undefined, state.line.canaryMs)
        : theirs && latencyBatch(state.line, ours, theirs);
  const slow =
    ours && latency.ceilingMs !== undefined ? slowBatch(ours, theirs, latency.ceilingMs) : undefined;
  return {
    ...state,
    line,
    compared: state.compared + (compared === undefined ? 0 : 1),
    latencyCeiling:
      slow === undefined
        ? state.latencyCeiling
        : againstCeiling(state.latencyCeiling, slow, { ceiling: tail, cap, batches }),
    slowness:
      compared === undefined
        ? state.slowness
        : againstCeiling(state.slowness, compared, { ceiling: tail, odds: state.line!.odds, cap, batches }),
  };
}
