import { boundsOf } from '../custom/query';
import { type CustomCheck, customId } from '../custom/settings';
import type { BakePlan, CheckResult, CustomObservation } from '../model';
import { times } from '../words';
import { result } from './context';

/** What is remembered of a check of one's own between two looks. */
export interface CustomMemory {
  /** Bad observations in a row. */
  readonly bad: number;
  readonly last: CustomObservation;
}

export type CustomMemories = Readonly<Record<string, CustomMemory>>;

/** Takes in what was observed since the look before. One that knows nothing leaves the row where it was. */
export function rememberCustom(
  memories: CustomMemories,
  observed: readonly CustomObservation[] = [],
): CustomMemories {
  return observed.reduce((all, last) => {
    const before = all[last.id]?.bad ?? 0;
    const bad = last.state === 'bad' ? before + 1 : last.state === 'good' ? 0 : before;
    return { ...all, [last.id]: { bad, last } };
  }, memories);
}

const asks: Readonly<Record<CustomCheck['kind'], (check: CustomCheck) => string>> = {
  query: (check) => (check.kind === 'query' ? `the canary's number is ${boundsOf(check)}` : ''),
  webhook: (check) => (check.kind === 'webhook' ? 'the address asked agrees' : ''),
  job: () => 'the Job completes',
};

/** A check of one's own: bad often enough in a row condemns the canary, and the last observation has to be good. */
export function custom(
  check: CustomCheck,
  memory: CustomMemory | undefined,
  { weight }: BakePlan,
): CheckResult {
  const id = customId(check);
  const rule = `${asks[check.kind](check)}; ${times(check.failures, 'failure')} in a row condemn`;
  const queries = check.kind === 'query' ? [check.query] : [];
  if (memory === undefined) return result(id, 'inconclusive', rule, 'no result yet', {}, queries);
  const { bad, last } = memory;
  const say = (verdict: CheckResult['verdict']) =>
    result(id, verdict, rule, last.finding, { ...last.numbers, failures: bad }, queries);
  if (bad >= check.failures) return say('fail');
  // Without requests a canary has no numbers.
  if (last.state === 'absent' && weight === 0) return say('notApplicable');
  return say(last.state === 'good' ? 'pass' : 'inconclusive');
}
