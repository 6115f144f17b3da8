import {
  boundAtOrAbove,
  quantileBound,
  quantileEstimate,
  slowerThan,
  totalOf,
} from '../../metrics/histogram';
import type { LatencyHistogram } from '../../metrics';
import type { CheckResult } from '../model';
import { upperBound } from '../sequential/binomial';
import { type Batch, type ComparisonState, comparisonEvidence } from '../sequential/comparison';
import { logEvidenceAbove, suffices } from '../sequential/proportion';
import type { GateSettings } from '../settings';
import { factor, milliseconds, percent } from '../words';
import { measured, queriesOf, result, type Traffic } from './context';

type LatencySettings = NonNullable<GateSettings['latency']>;

const name = (quantile: number) => `p${Number((quantile * 100).toFixed(2))}`;

/** How often `unacceptable` is more than what the quantile leaves: 1 % may be slower than a p99, 5 % must be ruled out. */
const UNACCEPTABLE_TAIL = 5;

/**
 * The canary's quantile against the ceiling.
 *
 * "The p99 is at most L" says the same as "at most 1 % take longer than L", so it is the test of a proportion, exact and
 * without interpolation. Only bucket bounds can be counted: the smallest at or above L is taken, so that a canary which
 * keeps to L is never condemned for the buckets' width.
 * @param histogram the canary's requests after the warm-up
 */
export function latencyCeiling(traffic: Traffic, histogram: LatencyHistogram | undefined): CheckResult {
  const { canary, settings, alpha, plan } = traffic;
  const { quantile, ceilingMs } = settings.latency!;
  const rule = `the canary's ${name(quantile)} is at most ${milliseconds(ceilingMs!)}`;
  const queries = queriesOf(canary);
  const say = (verdict: CheckResult['verdict'], finding: string, numbers: CheckResult['numbers'] = {}) =>
    result('latencyCeiling', verdict, rule, finding, numbers, queries);
  if (histogram === undefined || totalOf(histogram) === 0) {
    if (plan.weight === 0) return say('notApplicable', 'the canary has no weight');
    return say(
      'inconclusive',
      measured(canary)?.latencyGap ?? 'no timed request of the canary after the warm-up',
    );
  }
  const bound = boundAtOrAbove(histogram, ceilingMs!);
  if (bound === undefined) {
    const last = milliseconds(histogram.bounds.at(-1) ?? 0);
    return say('inconclusive', `the slowest bucket ends at ${last}; lower the ceiling, or add buckets`);
  }
  const tail = 1 - quantile;
  const requests = totalOf(histogram);
  const slower = slowerThan(histogram, bound);
  const evidence = logEvidenceAbove(slower, requests, tail);
  const most = upperBound(slower, requests, settings.assurance);
  const numbers = {
    requests,
    slower,
    bound,
    quantile: quantileEstimate(histogram, quantile) ?? null,
    upperBound: most,
    logEvidence: evidence,
    alpha,
  };
  const found = `${percent(slower / requests)} of ${requests} took more than ${milliseconds(bound)}`;
  if (suffices(evidence, alpha)) return say('fail', `${found}; evidence ${factor(evidence)}`, numbers);
  const ruledOut = most <= Math.min(0.9, UNACCEPTABLE_TAIL * tail) || plan.weight === 0;
  return say(
    ruledOut ? 'pass' : 'inconclusive',
    `${found}; up to ${percent(most)} is still possible`,
    numbers,
  );
}

/** Where the two versions' latencies are held against each other: stable above `stableMs`, canary above `canaryMs`. */
export interface LatencyLine {
  readonly stableMs: number;
  readonly canaryMs: number;
}

/**
 * Chooses where the next batch is compared, from what the stable version did before it: the bucket bound that its
 * quantile lies at, and for the canary the bound at or above what is tolerated of that. Choosing by the past only is what
 * keeps the running test valid. Undefined before there are enough requests to know the quantile.
 */
export function chooseLine(
  stable: LatencyHistogram | undefined,
  settings: LatencySettings,
  least: number,
): LatencyLine | undefined {
  if (stable === undefined || totalOf(stable) < least) return undefined;
  const stableMs = quantileBound(stable, settings.quantile);
  if (stableMs === undefined || stableMs === Infinity) return undefined;
  const tolerated = Math.max(stableMs * settings.toleratedRatio, stableMs + settings.toleratedMs);
  const canaryMs = boundAtOrAbove(stable, tolerated);
  return canaryMs === undefined ? undefined : { stableMs, canaryMs };
}

/** A batch's slow requests on both sides of a line. */
export const latencyBatch = (
  line: LatencyLine,
  canary: LatencyHistogram,
  stable: LatencyHistogram,
): Batch => ({
  canaryBad: slowerThan(canary, line.canaryMs),
  canaryTotal: totalOf(canary),
  stableBad: slowerThan(stable, line.stableMs),
  stableTotal: totalOf(stable),
});

/**
 * The canary's quantile against the stable version's.
 *
 * What is tested: the part of the canary's requests that is slower than the tolerated latency is not larger than the part
 * of the stable's that is slower than its own quantile. Were the canary's quantile within what is tolerated, that would
 * hold at the quantile. It is a comparison of two proportions, batch by batch (`comparison.ts`), so latency that both
 * versions share at a time (a slow backend, a busy node) is evidence against neither.
 */
export function latencyAgainstStable(
  traffic: Traffic,
  state: ComparisonState,
  line: LatencyLine | undefined,
  canaryHistogram: LatencyHistogram | undefined,
  stableHistogram: LatencyHistogram | undefined,
): CheckResult {
  const { canary, stable, settings, alpha, plan } = traffic;
  const { quantile, toleratedRatio, toleratedMs } = settings.latency!;
  const p = name(quantile);
  const rule = `the canary's ${p} is at most ${toleratedRatio} times or ${milliseconds(toleratedMs)} above the stable version's`;
  const queries = queriesOf(canary, stable);
  const say = (verdict: CheckResult['verdict'], finding: string, numbers: CheckResult['numbers'] = {}) =>
    result('latencyAgainstStable', verdict, rule, finding, numbers, queries);
  if (plan.weight === 0 || plan.weight === 100) {
    return say('notApplicable', 'the step sends weighted traffic to one version only');
  }
  const [ours, theirs] = [canaryHistogram, stableHistogram].map((histogram) =>
    histogram === undefined ? undefined : quantileEstimate(histogram, quantile),
  );
  const evidence = comparisonEvidence(state);
  const numbers = {
    canaryQuantile: ours ?? null,
    stableQuantile: theirs ?? null,
    canaryBound: line?.canaryMs ?? null,
    stableBound: line?.stableMs ?? null,
    logEvidence: evidence,
    alpha,
  };
  const found = `canary ${ours === undefined ? 'unknown' : milliseconds(ours)}, stable ${
    theirs === undefined ? 'unknown' : milliseconds(theirs)
  }; evidence ${factor(evidence)}`;
  if (suffices(evidence, alpha)) return say('fail', found, numbers);
  const gap = measured(canary)?.latencyGap ?? measured(stable)?.latencyGap;
  if (gap !== undefined) return say('inconclusive', gap, numbers);
  const enough = [canaryHistogram, stableHistogram].every(
    (histogram) => histogram !== undefined && totalOf(histogram) >= settings.minimumRequests,
  );
  return say(enough && line !== undefined ? 'pass' : 'inconclusive', found, numbers);
}
