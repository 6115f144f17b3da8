import type { Evidence, Measured } from '../../metrics';
import type { BakePlan, CheckId, CheckResult, Verdict } from '../model';
import type { GateSettings } from '../settings';

/** What every check of traffic knows at a look. */
export interface Traffic {
  readonly plan: BakePlan;
  readonly settings: GateSettings;
  readonly canary: Evidence;
  readonly stable: Evidence;
  /** The chance of a false alarm that each statistical test of this bake may use. */
  readonly alpha: number;
}

export const measured = (evidence: Evidence): Measured | undefined =>
  evidence.kind === 'measured' ? evidence : undefined;

export const queriesOf = (...evidence: readonly Evidence[]): readonly string[] => [
  ...new Set(evidence.flatMap(({ queries }) => queries)),
];

export function result(
  id: CheckId,
  verdict: Verdict | 'notApplicable',
  rule: string,
  finding: string,
  numbers: CheckResult['numbers'] = {},
  queries: readonly string[] = [],
): CheckResult {
  return { id, verdict, rule, finding, numbers, queries };
}
