import type { Evidence, Measured } from '../../metrics';
import type { BakePlan, CheckId, CheckResult, Verdict } from '../model';
import type { GateSettings } from '../settings';

/** What every check of traffic knows at a look. */
export interface Traffic {
  readonly plan: BakePlan;
  readonly settings: GateSettings;
  readonly canary: Evidence;
  readonly stable: Evidence;
}

/** How the chance of a false alarm is shared out: most users meet errors, and those have to be found first. */
const parts = {
  errorCeiling: 4,
  errorsAgainstStable: 4,
  latencyCeiling: 1,
  latencyAgainstStable: 1,
  share: 1,
} as const;

type Test = keyof typeof parts;

/** The tests that this bake has. */
function tests({ plan, settings }: Pick<Traffic, 'plan' | 'settings'>): readonly Test[] {
  const both = (plan.weight > 0 && plan.weight < 100) || plan.history !== undefined;
  const { latency, share } = settings;
  return [
    'errorCeiling',
    ...(both ? (['errorsAgainstStable'] as const) : []),
    ...(latency?.ceilingMs === undefined ? [] : (['latencyCeiling'] as const)),
    ...(both && latency !== undefined ? (['latencyAgainstStable'] as const) : []),
    ...(share === undefined ? [] : (['share'] as const)),
  ];
}

/**
 * The chance of a false alarm that a test may use. The parts of all tests of a bake add up to 1 − confidence (Bonferroni):
 * none may use what another has.
 */
export function alphaOf(traffic: Pick<Traffic, 'plan' | 'settings'>, test: Test): number {
  const all = tests(traffic).reduce((sum, one) => sum + parts[one], 0);
  return ((1 - traffic.settings.confidence) * parts[test]) / all;
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
