import type { BakePlan } from '../model';
import type { Batch } from './comparison';
import { factorsAbove, factorsBelow, oddsParts } from './proportion';
import { bet, logWealth, startWealth, type Wealth } from './wealth';

/** Evidence on either side of the weight, and how much the share of the batches scatters around it. */
export interface ShareState {
  readonly few: Wealth;
  readonly many: Wealth;
  /** Sums over the batches of the products of standardised deviations, of each with itself, the one before, and so on. */
  readonly scatter: readonly number[];
  /** Sum of the deviations. */
  readonly sum: number;
  /** The newest deviations, the newest first. */
  readonly deviations: readonly number[];
  readonly batches: number;
}

/** Over how many batches users are followed who stay for a while. */
const LAGS = 3;

export const startShare = (): ShareState => ({
  few: startWealth(oddsParts),
  many: startWealth(oddsParts),
  scatter: new Array<number>(LAGS).fill(0),
  sum: 0,
  deviations: [],
  batches: 0,
});

/** A batch says at most this much of the share; users who stay for a while make the requests of a batch no independent ones. */
const CAP = 1;

/** At weight 100 without any tolerance, still one request in a thousand may be under way elsewhere. */
const NEARLY_ALL = 0.999;

/** Batches that the scatter is taken to be that of chance for, before there are any. */
const PRIOR = 2;

/**
 * How many times as large the variance of the share is as that of independent requests; at least 1. With the covariance
 * of batches that follow each other, weighted down by their distance (Newey and West 1987). Around the share that was
 * seen, not around the weight: a share that is steadily elsewhere does not scatter.
 */
export function dispersion({
  scatter,
  sum,
  batches,
}: Pick<ShareState, 'scatter' | 'sum' | 'batches'>): number {
  const all = scatter.reduce((whole, one, lag) => whole + (lag === 0 ? one : 2 * (1 - lag / LAGS) * one), 0);
  const around = batches === 0 ? 0 : (LAGS * sum * sum) / batches;
  return Math.max(1, (PRIOR + all - around) / (PRIOR + batches));
}

/** Adds a batch. Its evidence is divided by the dispersion seen before it, a power at most 1, which keeps it valid. */
export function againstShare(
  state: ShareState,
  { canaryTotal, stableTotal }: Batch,
  { weight }: BakePlan,
  tolerance: number,
  batches: number,
): ShareState {
  const total = canaryTotal + stableTotal;
  if (total === 0 || weight === 0) return state;
  const share = weight / 100;
  const lowest = Math.min(NEARLY_ALL, Math.max(0, share - tolerance));
  const highest = Math.min(1, share + tolerance);
  const scale = 1 / dispersion(state);
  const grow = (wealth: Wealth, factors: readonly number[]) =>
    bet(
      wealth,
      factors.map((factor) => factor * scale),
      { batches, cap: CAP },
    );
  const variance = total * share * (1 - share);
  const deviation = variance === 0 ? 0 : (canaryTotal - total * share) / Math.sqrt(variance);
  const deviations = [deviation, ...state.deviations].slice(0, LAGS);
  return {
    few: lowest <= 0 ? state.few : grow(state.few, factorsBelow(canaryTotal, total, lowest)),
    many: highest >= 1 ? state.many : grow(state.many, factorsAbove(canaryTotal, total, highest)),
    scatter: state.scatter.map((sum, lag) => sum + deviation * (deviations[lag] ?? 0)),
    sum: state.sum + deviation,
    deviations,
    batches: state.batches + 1,
  };
}

/** ln of the evidence that the canary has fewer, and that it has more requests than the weight allows for. */
export const shareEvidence = ({
  few,
  many,
}: ShareState): { readonly few: number; readonly many: number } => ({
  few: logWealth(few),
  many: logWealth(many),
});
