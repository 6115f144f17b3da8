import type { CheckId, CheckResult } from './model';

/** Checks that stay open for want of requests, and of nothing else. */
const needTraffic: ReadonlySet<CheckId> = new Set([
  'sample',
  'errorCeiling',
  'errorsAgainstStable',
  'latencyCeiling',
  'latencyAgainstStable',
  'share',
]);

/** Whether what was seen of the canary speaks against it, although it does not suffice to condemn it. */
function speaksAgainst({ id, numbers }: CheckResult): boolean {
  if (id === 'errorCeiling') {
    const { rate, ceiling } = numbers;
    return typeof rate === 'number' && typeof ceiling === 'number' && rate > ceiling;
  }
  return false;
}

/**
 * Whether a bake that came to no verdict lacked nothing but traffic: no check that did not pass needs anything else, the
 * canary's own sample is among them, and what was seen of it is good. Only such a step may a person let pass.
 */
export function lacksOnlyTraffic(checks: readonly CheckResult[]): boolean {
  const open = checks.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'notApplicable');
  return (
    open.some(({ id }) => id === 'sample' || id === 'errorCeiling') &&
    open.every(({ id, verdict }) => verdict === 'inconclusive' && needTraffic.has(id)) &&
    !checks.some(speaksAgainst)
  );
}
