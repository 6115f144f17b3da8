import type { Unattributed } from '../../metrics';
import type { CheckResult } from '../model';
import { percent, times } from '../words';
import { measured, queriesOf, result, type Traffic } from './context';

/**
 * Requests to the service whose version nobody can name: connection failures have none in Istio's metrics. They are held
 * against the canary as if all of them were its own, for what could be its failure is no ground to promote it:
 *
 * - While its rate of errors would keep to the ceiling even then, they change nothing.
 * - Beyond that the step is open.
 * - When there are as many failures among them as `minimumRequests`, and the canary's rate would be `unacceptable` with them,
 *   it is taken back. The stable version alone then shows whose they were.
 */
export function unattributed(
  { canary, settings, plan }: Pick<Traffic, 'canary' | 'settings' | 'plan'>,
  seen: Unattributed | undefined,
): CheckResult {
  const { ceiling, unacceptable } = settings.errors;
  const least = settings.minimumRequests;
  const rule = `failures without a version leave the canary below ${percent(ceiling)} even if all were its own; from ${times(least, 'failure')} and ${percent(unacceptable)} on it is taken back`;
  const queries = queriesOf(canary);
  if (seen === undefined)
    return result('unattributed', 'notApplicable', rule, 'the source counts by version only');
  if (plan.weight === 0) return result('unattributed', 'notApplicable', rule, 'the canary has no weight');
  const own = measured(canary) ?? { requests: 0, errors: 0 };
  const requests = own.requests + seen.requests;
  const errors = own.errors + seen.errors;
  const rate = requests === 0 ? 0 : errors / requests;
  const numbers = { requests: seen.requests, errors: seen.errors, rate, ceiling, unacceptable, least };
  const say = (verdict: CheckResult['verdict'], finding: string) =>
    result('unattributed', verdict, rule, finding, numbers, queries);
  if (seen.errors === 0) return say('pass', 'no failure without a version');
  const found = `${seen.detail}; the canary's rate with them would be ${percent(rate)}`;
  if (seen.errors >= least && rate >= unacceptable) return say('fail', found);
  return say(rate <= ceiling ? 'pass' : 'inconclusive', found);
}
