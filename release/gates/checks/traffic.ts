import type { CheckResult } from '../model';
import { binomialQuantile } from '../sequential/binomial';
import { logEvidenceAbove, logEvidenceBelow, suffices } from '../sequential/proportion';
import { factor, percent, times } from '../words';
import { measured, queriesOf, result, type Traffic } from './context';

/** Whether the newest look knows anything of the canary. What cannot be seen is never promoted. */
export function evidence({ canary, plan }: Traffic): CheckResult {
  const rule = 'the newest look has evidence of the canary';
  if (canary.kind === 'measured') {
    const { requests, series, newestSample } = canary;
    return result(
      'evidence',
      'pass',
      rule,
      `${times(requests, 'request')} from ${times(series, 'series', 'series')}`,
      { requests, series, newestSample },
      canary.queries,
    );
  }
  const found = `${canary.reason}: ${canary.detail}`;
  // A version that nothing is sent to has no counters; that is as it should be.
  if (plan.weight === 0 && canary.reason === 'empty')
    return result('evidence', 'notApplicable', rule, found, {}, canary.queries);
  return result('evidence', 'inconclusive', rule, found, {}, canary.queries);
}

/** Enough requests to say anything at all. */
export function sample({ canary, plan, settings }: Traffic): CheckResult {
  const least = settings.minimumRequests;
  const rule = `at least ${times(least, 'request')} of the canary`;
  const requests = measured(canary)?.requests;
  if (plan.weight === 0)
    return result('sample', 'notApplicable', rule, 'the canary has no weight', {
      requests: requests ?? null,
      least,
    });
  const enough = requests !== undefined && requests >= least;
  const found = requests === undefined ? 'unknown' : times(requests, 'request');
  return result(
    'sample',
    enough ? 'pass' : 'inconclusive',
    rule,
    found,
    { requests: requests ?? null, least },
    queriesOf(canary),
  );
}

/**
 * The canary's share of all requests against its weight: a canary that gets no traffic, or everybody's, was not routed as
 * was asked, and what was measured of it says nothing of the weight.
 *
 * While the bake runs, a mixture test on either side (`proportion.ts`) finds shares that are beyond doubt elsewhere. At
 * the end the share must lie in the binomial interval of the weight, widened by the tolerance; half the error probability
 * goes to either. A canary that is also routed to by header, cookie or mirror may have more than its weight.
 * @param final whether this is the look that ends the bake time. The interval may condemn at that one only: it holds for a
 * single look, so in the extension a share outside of it merely does not pass.
 */
export function share({ canary, stable, plan, settings, alpha }: Traffic, final: boolean): CheckResult {
  const { tolerance } = settings.share!;
  const weight = plan.weight / 100;
  const rule = `the canary's share is ${plan.routedOtherwise ? 'at least ' : ''}its weight of ${plan.weight} %, within chance and ${percent(tolerance)}`;
  const queries = queriesOf(canary, stable);
  const count = (seen: typeof canary, mayBeAbsent: boolean) =>
    measured(seen)?.requests ??
    (seen.kind === 'none' && seen.reason === 'empty' && mayBeAbsent ? 0 : undefined);
  // Without weight a version has no counters; with weight it must be seen.
  const ours = count(canary, weight === 0);
  const theirs = count(stable, weight === 1);
  if (ours === undefined || theirs === undefined) {
    return result('share', 'inconclusive', rule, 'not both versions are known', {}, queries);
  }
  const total = ours + theirs;
  if (total === 0) {
    return weight === 0
      ? result('share', 'notApplicable', rule, 'no request at all', {}, queries)
      : result('share', 'inconclusive', rule, 'no request at all', { canary: 0, total: 0 }, queries);
  }
  const observed = ours / total;
  const [lowest, highest] = [Math.max(0, weight - tolerance), Math.min(1, weight + tolerance)];
  const low = binomialQuantile(alpha / 4, total, lowest) / total;
  const high = plan.routedOtherwise ? 1 : binomialQuantile(1 - alpha / 4, total, highest) / total;
  const numbers = { canary: ours, total, share: observed, weight, low, high, alpha };
  const found = `${percent(observed)} of ${times(total, 'request')}, expected ${percent(low)} to ${percent(high)}`;
  const say = (verdict: 'pass' | 'fail' | 'inconclusive', text = found) =>
    result('share', verdict, rule, text, numbers, queries);
  if (weight === 0) {
    return ours > 0 && !plan.routedOtherwise
      ? say('fail', `${times(ours, 'request')} reached a canary without weight`)
      : say('pass');
  }
  const sideAlpha = alpha / (plan.routedOtherwise ? 2 : 4);
  const tooFew =
    lowest <= 0
      ? -Infinity
      : lowest >= 1
        ? ours < total
          ? Infinity
          : 0
        : logEvidenceBelow(ours, total, lowest);
  const tooMany = plan.routedOtherwise || highest >= 1 ? -Infinity : logEvidenceAbove(ours, total, highest);
  const strongest = Math.max(tooFew, tooMany);
  if (suffices(strongest, sideAlpha)) return say('fail', `${found}; evidence ${factor(strongest)}`);
  if (observed >= low && observed <= high) return say('pass');
  return say(final ? 'fail' : 'inconclusive');
}
