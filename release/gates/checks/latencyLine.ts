import type { LatencyHistogram } from '../../metrics';
import { boundAtOrAbove, sameBounds, slowerThan, totalOf } from '../../metrics/histogram';
import type { Batch } from '../sequential/comparison';
import type { GateSettings } from '../settings';

type LatencySettings = NonNullable<GateSettings['latency']>;

/**
 * Where the two versions' latencies are compared. Only bounds of buckets can be counted at, so the line of either version
 * is one of them, and `odds` is what makes up for their not being the quantile itself.
 */
export interface LatencyLine {
  /** The stable version's requests above this are counted, milliseconds. */
  readonly stableMs: number;
  /** The canary's requests above this are counted: the bound at or above what is tolerated. */
  readonly canaryMs: number;
  /** How many times the stable version's odds of a request above its line the canary may have of one above its own. */
  readonly odds: number;
}

const oddsOf = (probability: number): number => probability / (1 - probability);

/**
 * A quantile within its bucket, so that the tail falls by equal factors over equal stretches: latencies thin out so, and
 * a straight line through a wide bucket would put a p99 far too high. Undefined beyond the last bound.
 */
function quantileOf(histogram: LatencyHistogram, quantile: number): number | undefined {
  const total = totalOf(histogram);
  const tailAt = (bound: number) => Math.max(0.5, slowerThan(histogram, bound)) / total;
  const index = histogram.bounds.findIndex((bound) => slowerThan(histogram, bound) <= (1 - quantile) * total);
  if (index < 0) return undefined;
  const high = histogram.bounds[index]!;
  if (index === 0) return high;
  const low = histogram.bounds[index - 1]!;
  const [above, below] = [Math.log(tailAt(low)), Math.log(tailAt(high))];
  return above === below ? high : low + ((high - low) * (above - Math.log(1 - quantile))) / (above - below);
}

/** Fewer slow requests than this say too little of where a quantile lies. */
const LEAST_SLOW = 3;

/**
 * Chooses where the next batch is compared, from what the stable version did before it.
 *
 * The stable version's quantile is estimated within its bucket; what is tolerated of it is the latency that at most
 * 1 − quantile of the canary's requests may exceed, and so is the bound at or above it. Whether the stable version is as
 * slow at the same time is seen at the bound whose tail is nearest to 1 − quantile, in proportion to that tail, one
 * standard error below what was seen of it. Undefined before there are enough requests to know.
 */
export function chooseLine(
  stable: LatencyHistogram | undefined,
  { quantile, toleratedRatio, toleratedMs }: LatencySettings,
  least: number,
): LatencyLine | undefined {
  if (stable === undefined) return undefined;
  const total = totalOf(stable);
  const tail = 1 - quantile;
  if (total < least || total * tail < LEAST_SLOW) return undefined;
  const estimate = quantileOf(stable, quantile);
  if (estimate === undefined) return undefined;
  const canaryMs = boundAtOrAbove(stable, Math.max(estimate * toleratedRatio, estimate + toleratedMs));
  if (canaryMs === undefined) return undefined;
  const tails = stable.bounds
    .filter((bound) => bound <= canaryMs)
    .map((bound) => ({ bound, slow: Math.max(LEAST_SLOW, slowerThan(stable, bound)) }))
    .filter(({ slow }) => slow < total);
  const distance = (slow: number) => Math.abs(Math.log(oddsOf(slow / total) / oddsOf(tail)));
  const [nearest] = tails.sort((a, b) => distance(a.slow) - distance(b.slow));
  if (nearest === undefined) return undefined;
  const seen = (nearest.slow - Math.sqrt(nearest.slow)) / total;
  return { stableMs: nearest.bound, canaryMs, odds: oddsOf(tail) / oddsOf(seen) };
}

/** A batch's slow requests on both sides of a line; undefined where the two have other buckets than the line's. */
export const latencyBatch = (
  line: LatencyLine,
  canary: LatencyHistogram,
  stable: LatencyHistogram,
): Batch | undefined =>
  sameBounds(canary, stable) && canary.bounds.includes(line.canaryMs) && stable.bounds.includes(line.stableMs)
    ? {
        canaryBad: slowerThan(canary, line.canaryMs),
        canaryTotal: totalOf(canary),
        stableBad: slowerThan(stable, line.stableMs),
        stableTotal: totalOf(stable),
      }
    : undefined;

/** A batch's requests above the first bound at or above a ceiling; undefined where there is none. */
export function slowBatch(
  canary: LatencyHistogram,
  stable: LatencyHistogram | undefined,
  ceilingMs: number,
): Batch | undefined {
  const bound = boundAtOrAbove(canary, ceilingMs);
  if (bound === undefined) return undefined;
  const other = stable?.bounds.includes(bound) === true ? stable : undefined;
  return {
    canaryBad: slowerThan(canary, bound),
    canaryTotal: totalOf(canary),
    stableBad: other === undefined ? 0 : slowerThan(other, bound),
    stableTotal: other === undefined ? 0 : totalOf(other),
  };
}

/** Requests of a canary that is warming up: those seen since it was last plainly slow. */
export interface WarmRun {
  readonly requests: number;
  readonly slow: number;
}

/** How many times the part of slow requests that the quantile leaves is plainly slow, and is still to be ruled out. */
const [PLAINLY_SLOW, RULED_OUT] = [5, 3];

/** Adds a batch; one that is plainly slow begins anew. */
export function goOnWarming(
  { requests, slow }: WarmRun,
  canary: LatencyHistogram,
  line: LatencyLine,
  { quantile }: LatencySettings,
): WarmRun {
  const total = totalOf(canary);
  if (!canary.bounds.includes(line.canaryMs)) return { requests: 0, slow: 0 };
  const slower = slowerThan(canary, line.canaryMs);
  return slower > Math.max(2, PLAINLY_SLOW * (1 - quantile) * total)
    ? { requests: 0, slow: 0 }
    : { requests: requests + total, slow: slow + slower };
}

/** Whether hardly any request above the line was seen in enough of them: the upper end of a Poisson count's 95 %. */
export const isWarm = ({ requests, slow }: WarmRun, { quantile }: LatencySettings): boolean =>
  requests > 0 && slow + 3 * Math.sqrt(slow) + 3 <= RULED_OUT * (1 - quantile) * requests;
