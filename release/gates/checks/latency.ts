import { boundAtOrAbove, quantileEstimate, sameBounds, slowerThan, totalOf } from '../../metrics/histogram';
import type { LatencyHistogram } from '../../metrics';
import { type CheckResult, isAlone } from '../model';
import { type CeilingState, ceilingEvidence } from '../sequential/evidence';
import { largestPossible } from '../sequential/promotion';
import { suffices } from '../sequential/wealth';
import { factor, milliseconds, percent } from '../words';
import { alphaOf, measured, queriesOf, result, type Traffic } from './context';
import { historyOf, withoutHistory } from './history';
import type { LatencyLine } from './latencyLine';

const name = (quantile: number) => `p${Number((quantile * 100).toFixed(2))}`;

/** How often `unacceptable` is more than what the quantile leaves: 1 % may be slower than a p99, 5 % must be ruled out. */
const UNACCEPTABLE_TAIL = 5;

/**
 * The canary's quantile against the ceiling.
 *
 * "The p99 is at most L" says the same as "at most 1 % take longer than L", so it is the test of a proportion. Only bucket
 * bounds can be counted at: the smallest at or above L is taken, so that a canary which keeps to L is never condemned for
 * the buckets' width. What the stable version shares at the same time condemns nothing.
 * @param histogram the canary's requests after the warm-up
 */
export function latencyCeiling(
  traffic: Traffic,
  state: CeilingState,
  histogram: LatencyHistogram | undefined,
): CheckResult {
  const { canary, settings, plan } = traffic;
  const alpha = alphaOf(traffic, 'latencyCeiling');
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
  const evidence = ceilingEvidence(state);
  const most = largestPossible([{ requests, errors: slower }], settings.assurance);
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

/** What was learnt of latencies, as far as they can be compared. */
interface ComparedLatency {
  readonly slowness: CeilingState;
  readonly line?: LatencyLine;
  readonly compared: number;
}

/** So many batches must have been compared before latency passes; two that are slow altogether condemn. */
const LEAST_COMPARED = 3;

/** Evidence of this size against the canary does not condemn it, and does not let it pass either. */
const DOUBT = Math.log(10);

/**
 * The canary's quantile against the stable version's.
 *
 * What is tested: the part of the canary's requests that is slower than what is tolerated is no larger than the quantile
 * leaves (`latencyLine.ts`). It is a comparison of two proportions, batch by batch (`comparison.ts`), so latency that both
 * versions share at a time (a slow backend, a busy node) is evidence against neither.
 */
export function latencyAgainstStable(
  traffic: Traffic,
  { slowness, line, compared }: ComparedLatency,
  canaryHistogram: LatencyHistogram | undefined,
  stableHistogram: LatencyHistogram | undefined,
): CheckResult {
  const { canary, stable, settings, plan } = traffic;
  const alpha = alphaOf(traffic, 'latencyAgainstStable');
  const { quantile, toleratedRatio, toleratedMs } = settings.latency!;
  const p = name(quantile);
  const rule = `the canary's ${p} is at most ${toleratedRatio} times or ${milliseconds(toleratedMs)} above the stable version's${plan.history === undefined ? '' : ' before it lost its requests'}`;
  const queries = queriesOf(canary, stable);
  const say = (verdict: CheckResult['verdict'], finding: string, numbers: CheckResult['numbers'] = {}) =>
    result('latencyAgainstStable', verdict, rule, finding, numbers, queries);
  const missing = withoutHistory(traffic);
  if (missing !== undefined) return say(missing.verdict, missing.why);
  if (plan.history === undefined && isAlone(plan)) {
    return say('notApplicable', 'the step sends weighted traffic to one version only');
  }
  const [ours, theirs] = [canaryHistogram, stableHistogram].map((histogram) =>
    histogram === undefined ? undefined : quantileEstimate(histogram, quantile),
  );
  const evidence = ceilingEvidence(slowness);
  const numbers = {
    canaryQuantile: ours ?? null,
    stableQuantile: theirs ?? null,
    canaryBound: line?.canaryMs ?? null,
    stableBound: line?.stableMs ?? null,
    toleratedOdds: line?.odds ?? null,
    logEvidence: evidence,
    alpha,
  };
  const found = `canary ${ours === undefined ? 'unknown' : milliseconds(ours)}, stable ${
    theirs === undefined ? 'unknown' : milliseconds(theirs)
  }; evidence ${factor(evidence)}`;
  if (suffices(evidence, alpha)) return say('fail', found, numbers);
  const gap = measured(canary)?.latencyGap ?? (historyOf(traffic) ?? measured(stable))?.latencyGap;
  if (gap !== undefined) return say('inconclusive', gap, numbers);
  if (canaryHistogram !== undefined && stableHistogram !== undefined) {
    if (!sameBounds(canaryHistogram, stableHistogram))
      return say('inconclusive', 'the two versions have buckets with different bounds', numbers);
  }
  const enough = [canaryHistogram, stableHistogram].every(
    (histogram) => histogram !== undefined && totalOf(histogram) >= settings.minimumRequests,
  );
  const passes = enough && compared >= LEAST_COMPARED && evidence < DOUBT;
  return say(passes ? 'pass' : 'inconclusive', found, numbers);
}
