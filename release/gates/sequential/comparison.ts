import { logSumExp } from './logSum';

/** Outcomes of two versions in the same stretch of time. */
export interface Batch {
  /** Bad outcomes of the canary among its `canaryTotal`. */
  readonly canaryBad: number;
  readonly canaryTotal: number;
  readonly stableBad: number;
  readonly stableTotal: number;
}

/** ln of the evidence per alternative; plain numbers, so that it can be stored between two looks. */
export type ComparisonState = readonly number[];

/** How many times worse the canary's odds are under each alternative, on top of what is tolerated. */
const alternatives = [1.3, 1.7, 2.3, 3.5, 6, 12, 30, 100, 500, 5_000] as const;

export const startComparison = (): ComparisonState => alternatives.map(() => 0);

/** ln of how many ways lead to j of the bad outcomes being the canary's, up to a constant; from the least j to the largest. */
function logWays({ canaryBad, canaryTotal, stableBad, stableTotal }: Batch): {
  least: number;
  ways: number[];
} {
  const bad = canaryBad + stableBad;
  const least = Math.max(0, bad - stableTotal);
  const most = Math.min(bad, canaryTotal);
  const ways = [0];
  for (let j = least; j < most; j++) {
    const ratio = ((canaryTotal - j) * (bad - j)) / ((j + 1) * (stableTotal - bad + j + 1));
    ways.push(ways.at(-1)! + Math.log(ratio));
  }
  return { least, ways };
}

const isPossible = ({ canaryBad, canaryTotal, stableBad, stableTotal }: Batch): boolean =>
  canaryBad >= 0 && stableBad >= 0 && canaryBad <= canaryTotal && stableBad <= stableTotal;

/**
 * Adds a batch to the evidence that the canary's odds of a bad outcome are more than `tolerated` times the stable's.
 *
 * Given how many outcomes of the batch were bad in all, the canary's part of them follows Fisher's noncentral
 * hypergeometric distribution, in which only the odds ratio ψ is left: how bad the whole was, does not matter. For an
 * alternative θ above the tolerated t the factor is P_θ(canaryBad | all) / P_t(canaryBad | all). It rises with canaryBad,
 * and the distribution rises (in likelihood ratio order) with ψ; so under ψ ≤ t its expectation is at most what it is
 * under ψ = t, which is 1. The product over batches is a supermartingale, the mean over the alternatives too, and Ville's
 * inequality bounds the chance of it ever reaching 1/α by α (see `proportion.ts`; for 2×2 tables: Turner, Ly and
 * Grünwald 2024; conditioning: Fisher 1935, Cornfield 1956).
 *
 * Conditioning on each batch is what makes it fit for production: when something that both versions need fails, both
 * fail more in that batch, and that is evidence against neither.
 *
 * A batch in which only one version had requests, or nothing or everything was bad, changes nothing; nor does one
 * that cannot be, with more bad outcomes than outcomes, which a source that counts the two at different moments may send.
 */
export function compare(state: ComparisonState, batch: Batch, tolerated: number): ComparisonState {
  if (!isPossible(batch)) return state;
  const { least, ways } = logWays(batch);
  if (ways.length === 1) return state;
  const logTotal = (odds: number) => {
    const log = Math.log(odds);
    return logSumExp(ways.map((way, i) => way + (least + i) * log));
  };
  const underTolerated = logTotal(tolerated);
  return state.map(
    (sum, i) =>
      sum +
      batch.canaryBad * Math.log(alternatives[i]!) -
      logTotal(alternatives[i]! * tolerated) +
      underTolerated,
  );
}

/** ln of the evidence over all alternatives. */
export const comparisonEvidence = (state: ComparisonState): number =>
  logSumExp(state) - Math.log(state.length);
