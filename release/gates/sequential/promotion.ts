import { logSumExp } from './logSum';
import { factorsBelow } from './proportion';

/** What one attempt at a step has seen of the canary. */
export interface Attempt {
  readonly requests: number;
  readonly errors: number;
}

/** How the bet is shared among the alternatives of `oddsRatios`: a canary that is fine is far from the bound. */
const shares = [0.05, 0.05, 0.1, 0.1, 0.2, 0.2, 0.3].map(Math.log);

const logEvidence = ({ requests, errors }: Attempt, bound: number): number =>
  logSumExp(factorsBelow(errors, requests, bound).map((factor, i) => factor + shares[i]!));

/**
 * ln of the evidence that the canary's rate of errors is below `bound`, after these attempts at the same step, the oldest
 * first. May be asked after every request and in every attempt: half of the bet is placed at the first attempt, half of
 * the rest at each further one (`wealth.ts` says why that is allowed), so somebody who tries again and again is not more
 * likely to see a bad canary pass, and a canary with little traffic does not begin from nothing each time.
 */
function logEvidenceBelow(attempts: readonly Attempt[], bound: number): number {
  let since: Attempt = { requests: 0, errors: 0 };
  const terms = attempts.toReversed().map((attempt, i) => {
    since = { requests: since.requests + attempt.requests, errors: since.errors + attempt.errors };
    return logEvidence(since, bound) - (attempts.length - i) * Math.LN2;
  });
  return logSumExp(terms);
}

/**
 * The largest rate of errors that the attempts leave possible with this assurance, at every look of every attempt
 * together; 1 where nothing is known.
 */
export function largestPossible(attempts: readonly Attempt[], assurance: number): number {
  const enough = -Math.log(1 - assurance);
  let [low, high] = [0, 1];
  for (let i = 0; i < 20; i++) {
    const middle = (low + high) / 2;
    if (logEvidenceBelow(attempts, middle) >= enough) high = middle;
    else low = middle;
  }
  return high;
}
