import type { CheckResult } from '../model';
import type { Attempt } from '../sequential/promotion';
import { dispersion, shareEvidence, type ShareState } from '../sequential/share';
import { suffices } from '../sequential/wealth';
import { factor, percent, times } from '../words';
import { alphaOf, measured, queriesOf, result, type Traffic } from './context';

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
export function sample({ canary, plan, settings }: Traffic, attempts: readonly Attempt[]): CheckResult {
  const least = settings.minimumRequests;
  const rule = `at least ${times(least, 'request')} of the canary`;
  // Those of earlier attempts at this step count: a canary with little traffic gets there in several.
  const earlier = attempts.slice(0, -1).reduce((sum, attempt) => sum + attempt.requests, 0);
  const now = measured(canary)?.requests;
  const requests = now === undefined ? undefined : now + earlier;
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

/** Standard errors within which the share has to lie at the end. */
const DEVIATIONS = 4;

/**
 * The canary's share of all requests against its weight: a canary that gets no traffic, or everybody's, was not routed as
 * was asked, and what was measured of it says nothing of the weight.
 *
 * It condemns when, batch after batch, the share is beyond doubt elsewhere (`share.ts`); half the error probability goes
 * to either side. To pass, the share has to lie near the weight, as near as chance, the scatter that was seen between
 * batches, and the tolerance allow. A canary that is also routed to by header, cookie or mirror may have more than its
 * weight. Users who stay with a version bring their requests with them, however many those are, so there a share that is
 * too small holds the step and never condemns.
 */
export function share(traffic: Traffic, state: ShareState): CheckResult {
  const { canary, stable, plan, settings } = traffic;
  const alpha = alphaOf(traffic, 'share');
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
  const spread = DEVIATIONS * Math.sqrt((dispersion(state) * weight * (1 - weight)) / total);
  const low = Math.max(0, weight - tolerance - spread);
  const high = plan.routedOtherwise ? 1 : Math.min(1, weight + tolerance + spread);
  const numbers = { canary: ours, total, share: observed, weight, low, high, alpha };
  const found = `${percent(observed)} of ${times(total, 'request')}, expected ${percent(low)} to ${percent(high)}`;
  const say = (verdict: 'pass' | 'fail' | 'inconclusive', text = found) =>
    result('share', verdict, rule, text, numbers, queries);
  if (weight === 0) {
    return ours > 0 && !plan.routedOtherwise
      ? say('fail', `${times(ours, 'request')} reached a canary without weight`)
      : say('pass');
  }
  const { few, many } = shareEvidence(state);
  const strongest = Math.max(few, many);
  if (!plan.routedOtherwise && suffices(strongest, alpha / 2))
    return say('fail', `${found}; evidence ${factor(strongest)}`);
  return say(observed >= low && observed <= high ? 'pass' : 'inconclusive');
}
