import type { CheckResult } from '../model';
import { upperBound } from '../sequential/binomial';
import { type ComparisonState, comparisonEvidence } from '../sequential/comparison';
import { logEvidenceAbove, suffices } from '../sequential/proportion';
import { factor, percent, times } from '../words';
import { measured, queriesOf, result, type Traffic } from './context';

/**
 * The canary's errors against the ceiling. Fails as soon as a rate above it is beyond doubt; passes once a rate that is
 * `unacceptable` is ruled out. A few requests without an error rule out little, so they do not pass.
 */
export function errorCeiling({ canary, settings, alpha, plan }: Traffic): CheckResult {
  const { ceiling, unacceptable } = settings.errors;
  const rule = `at most ${percent(ceiling)} of the canary's requests fail, and ${percent(unacceptable)} is ruled out`;
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
  const evidence = logEvidenceAbove(errors, requests, ceiling);
  const most = upperBound(errors, requests, settings.assurance);
  const numbers = {
    requests,
    errors,
    rate: errors / requests,
    ceiling,
    upperBound: most,
    logEvidence: evidence,
    alpha,
  };
  const found = `${errors} of ${times(requests, 'request')} failed (${percent(errors / requests)})`;
  const say = (verdict: 'pass' | 'fail' | 'inconclusive', more: string) =>
    result('errorCeiling', verdict, rule, `${found}; ${more}`, numbers, queriesOf(canary));
  if (suffices(evidence, alpha))
    return say('fail', `evidence ${factor(evidence)} for more than ${percent(ceiling)}`);
  // At weight 0 the few requests of a match or a mirror promote nothing, so they need not rule anything out.
  if (most <= unacceptable || plan.weight === 0)
    return say('pass', `at most ${percent(most)} at ${percent(settings.assurance)} assurance`);
  return say('inconclusive', `up to ${percent(most)} is still possible`);
}

/** The canary's errors against the stable version's in the same stretches of time; fails when they are beyond doubt worse. */
export function errorsAgainstStable(traffic: Traffic, state: ComparisonState): CheckResult {
  const { canary, stable, settings, alpha, plan } = traffic;
  const { toleratedRatio } = settings.errors;
  const rule = `the canary's odds of an error are at most ${toleratedRatio} times the stable version's`;
  if (plan.weight === 0 || plan.weight === 100) {
    return result(
      'errorsAgainstStable',
      'notApplicable',
      rule,
      'the step sends weighted traffic to one version only',
    );
  }
  const [ours, theirs] = [measured(canary), measured(stable)];
  const evidence = comparisonEvidence(state);
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
