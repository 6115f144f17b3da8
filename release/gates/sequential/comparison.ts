import { logSumExp } from './logSum';
import { oddsRatios } from './proportion';

/** Outcomes of two versions in the same stretch of time. */
export interface Batch {
  /** Bad outcomes of the canary among its `canaryTotal`. */
  readonly canaryBad: number;
  readonly canaryTotal: number;
  readonly stableBad: number;
  readonly stableTotal: number;
}

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
 * ln of the factor by which a batch changes the wealth of each alternative (`wealth.ts`) that bets on the canary's odds of
 * a bad outcome being more than `tolerated` times the stable's.
 *
 * Given how many outcomes of the batch were bad in all, the canary's part of them follows Fisher's noncentral
 * hypergeometric distribution, in which only the odds ratio ψ is left: how bad the whole was, does not matter. For an
 * alternative θ above the tolerated t the factor is P_θ(canaryBad | all) / P_t(canaryBad | all). It rises with canaryBad,
 * and the distribution rises (in likelihood ratio order) with ψ; so under ψ ≤ t its expectation is at most what it is
 * under ψ = t, which is 1 (2×2 tables: Turner, Ly and Grünwald 2024; conditioning: Fisher 1935, Cornfield 1956).
 *
 * Conditioning on each batch is what makes it fit for production: when something that both versions need fails, both
 * fail more in that batch, and that is evidence against neither.
 *
 * A batch in which only one version had requests, or nothing or everything was bad, says nothing (undefined); nor does one
 * that cannot be, with more bad outcomes than outcomes, which a source that counts the two at different moments may send.
 */
export function comparisonFactors(batch: Batch, tolerated: number): readonly number[] | undefined {
  if (!isPossible(batch)) return undefined;
  const { least, ways } = logWays(batch);
  if (ways.length === 1) return undefined;
  const logTotal = (odds: number) => {
    const log = Math.log(odds);
    return logSumExp(ways.map((way, i) => way + (least + i) * log));
  };
  const underTolerated = logTotal(tolerated);
  return oddsRatios.map(
    (ratio) => batch.canaryBad * Math.log(ratio) - logTotal(ratio * tolerated) + underTolerated,
  );
}
