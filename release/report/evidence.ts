import type { CheckResult } from '../gates';

/** How far a check's evidence has come, each from 0 to 1. */
export interface CheckEvidence {
  /** Towards the bound at which the canary is taken back. */
  readonly against?: number;
  /** Towards what has to be known before the step passes. */
  readonly towards?: number;
}

const part = (value: number): number => Math.max(0, Math.min(1, value));

const numeric = (value: number | null | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value);

/**
 * Evidence is a factor that has to reach 1/α before a check condemns (docs/explanation/gates.md); on the way there its
 * logarithm is what grows evenly with each bad request. For the promotion, requests have to be enough, and a rate that is
 * unacceptable ruled out.
 */
export function evidenceOf({ numbers, verdict }: Pick<CheckResult, 'numbers' | 'verdict'>): CheckEvidence {
  const { logEvidence, alpha, upperBound, unacceptable, requests, least } = numbers;
  const against =
    verdict === 'fail'
      ? 1
      : numeric(logEvidence) && numeric(alpha)
        ? part(logEvidence / Math.log(1 / alpha))
        : undefined;
  const towards =
    verdict === 'pass'
      ? 1
      : numeric(upperBound) && numeric(unacceptable) && upperBound > 0
        ? part(unacceptable / upperBound)
        : numeric(requests) && numeric(least) && least > 0
          ? part(requests / least)
          : undefined;
  return {
    ...(against === undefined ? {} : { against }),
    ...(towards === undefined ? {} : { towards }),
  };
}

/** Three digits: a bar shows no more, and a report has a line of them for every look. */
const rounded = (value: number): number => Number(value.toFixed(3));

/** The evidence of every check at a look, by the check's name, as a report keeps it: against the canary, and towards a pass. */
export const evidenceAtLook = (
  checks: readonly Pick<CheckResult, 'id' | 'numbers' | 'verdict'>[],
): Record<string, [against: number, towards: number]> =>
  Object.fromEntries(
    checks
      .filter(({ verdict }) => verdict !== 'notApplicable')
      .map((check) => {
        const { against = 0, towards = 0 } = evidenceOf(check);
        return [check.id, [rounded(against), rounded(towards)]];
      }),
  );
