import { type CheckResult, isAlone } from '../model';
import type { Batch } from '../sequential/comparison';
import { type CeilingState, ceilingEvidence } from '../sequential/evidence';
import { type Attempt, largestPossible } from '../sequential/promotion';
import { logWealth, suffices, type Wealth } from '../sequential/wealth';
import { factor, percent, times } from '../words';
import { alphaOf, measured, queriesOf, result, type Traffic } from './context';
import { ceilingOf, historyOf, withoutHistory } from './history';

const attempted = (attempts: readonly Attempt[]) =>
  attempts.length < 2 ? '' : ` in ${attempts.length} attempts together`;

/** What the newest batches say of now. */
interface Newest {
  readonly requests: number;
  readonly errors: number;
  readonly isBad: boolean;
}

/** So few errors are nobody's fault. */
const FEW_ERRORS = 3;

/** Whether the canary is unacceptable right now, and worse than the stable version is at the same time. */
function newest(recent: readonly Batch[], { errors }: Traffic['settings']): Newest {
  const sum = (of: (batch: Batch) => number) => recent.reduce((all, batch) => all + of(batch), 0);
  const [bad, total] = [sum((batch) => batch.canaryBad), sum((batch) => batch.canaryTotal)];
  const [stableBad, stableTotal] = [sum((batch) => batch.stableBad), sum((batch) => batch.stableTotal)];
  const rate = total === 0 ? 0 : bad / total;
  const theirs = stableTotal === 0 ? 0 : stableBad / stableTotal;
  return {
    requests: total,
    errors: bad,
    isBad: bad > FEW_ERRORS && rate > errors.unacceptable && rate > theirs * errors.toleratedRatio,
  };
}

/**
 * The canary's errors against the ceiling. Fails as soon as it is beyond doubt that it is above it and the stable version
 * at the same time is not; passes once a rate that is `unacceptable` is ruled out, for the whole of the step and for the
 * last half minute. A few requests without an error rule out little, so they do not pass.
 * @param attempts what was seen of the canary at this step, in earlier attempts and now
 */
export function errorCeiling(
  traffic: Traffic,
  state: CeilingState,
  attempts: readonly Attempt[],
  recent: readonly Batch[],
): CheckResult {
  const { canary, settings, plan } = traffic;
  const alpha = alphaOf(traffic, 'errorCeiling');
  const { unacceptable } = settings.errors;
  const ceiling = ceilingOf(traffic);
  const rule = `at most ${percent(ceiling)} of the canary's requests fail, or no more than the stable version's, and ${percent(unacceptable)} is ruled out`;
  const seen = measured(canary);
  if (seen === undefined || seen.requests === 0) {
    return plan.weight === 0
      ? result('errorCeiling', 'notApplicable', rule, 'the canary has no weight and had no request')
      : result(
          'errorCeiling',
          'inconclusive',
          rule,
          'no request of the canary is known',
          {},
          queriesOf(canary),
        );
  }
  const { requests, errors } = seen;
  const evidence = ceilingEvidence(state);
  const most = largestPossible(attempts, settings.assurance);
  const now = newest(recent, settings);
  const numbers = {
    requests,
    errors,
    rate: errors / requests,
    ceiling,
    unacceptable,
    upperBound: most,
    attempts: attempts.length,
    recentRequests: now.requests,
    recentErrors: now.errors,
    logEvidence: evidence,
    alpha,
  };
  const found = `${errors} of ${times(requests, 'request')} failed (${percent(errors / requests)})`;
  const say = (verdict: 'pass' | 'fail' | 'inconclusive', more: string) =>
    result('errorCeiling', verdict, rule, `${found}; ${more}`, numbers, queriesOf(canary));
  if (suffices(evidence, alpha))
    return say('fail', `evidence ${factor(evidence)} for more than ${percent(ceiling)}`);
  if (now.isBad) return say('inconclusive', `of the newest ${now.requests}, ${now.errors} failed`);
  // At weight 0 the few requests of a match or a mirror promote nothing, so they need not rule anything out.
  if (most <= unacceptable || plan.weight === 0)
    return say(
      'pass',
      `at most ${percent(most)} at ${percent(settings.assurance)} assurance${attempted(attempts)}`,
    );
  return say('inconclusive', `up to ${percent(most)} is still possible${attempted(attempts)}`);
}

/** The canary's errors against the stable version's in the same stretches of time; fails when they are beyond doubt worse. */
export function errorsAgainstStable(traffic: Traffic, state: Wealth): CheckResult {
  const { canary, stable, settings, plan } = traffic;
  const alpha = alphaOf(traffic, 'errorsAgainstStable');
  const { toleratedRatio } = settings.errors;
  const before = plan.history === undefined ? '' : ' before it lost its requests';
  const rule = `the canary's odds of an error are at most ${toleratedRatio} times the stable version's${before}`;
  const missing = withoutHistory(traffic);
  if (missing !== undefined) return result('errorsAgainstStable', missing.verdict, rule, missing.why);
  if (plan.history === undefined && isAlone(plan)) {
    return result(
      'errorsAgainstStable',
      'notApplicable',
      rule,
      'the step sends weighted traffic to one version only',
    );
  }
  const [ours, theirs] = [measured(canary), historyOf(traffic) ?? measured(stable)];
  const evidence = logWealth(state);
  const numbers = {
    canaryRequests: ours?.requests ?? null,
    canaryErrors: ours?.errors ?? null,
    stableRequests: theirs?.requests ?? null,
    stableErrors: theirs?.errors ?? null,
    logEvidence: evidence,
    alpha,
  };
  const rate = (seen: typeof ours) =>
    seen === undefined || seen.requests === 0 ? 'unknown' : percent(seen.errors / seen.requests);
  const found = `canary ${rate(ours)}, stable ${rate(theirs)}; evidence ${factor(evidence)}`;
  const queries = queriesOf(canary, stable);
  if (suffices(evidence, alpha)) return result('errorsAgainstStable', 'fail', rule, found, numbers, queries);
  const enough = [ours, theirs].every(
    (seen) => seen !== undefined && seen.requests >= settings.minimumRequests,
  );
  return result('errorsAgainstStable', enough ? 'pass' : 'inconclusive', rule, found, numbers, queries);
}
