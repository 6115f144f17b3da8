import { type Batch, comparisonFactors } from './comparison';
import { factorsAbove, oddsParts, stakeParts, wholeBatchFactors } from './proportion';
import { bet, logMix, logWealth, startWealth, type Wealth } from './wealth';

/**
 * How much one batch can say at most, as ln of a factor. Errors come in bursts, and a burst of seconds is one event however
 * many requests it hits; it takes several batches that agree to condemn. The numbers are the largest with which every
 * cell of the table in docs/explanation/gates.md keeps its bound, with a margin.
 */
export const caps = {
  /** Of the canary against the stable version. */
  comparison: 1.8,
  /** Of the canary's requests against the ceiling: lower, for the stable version is in it only as a veto. */
  ceiling: 1,
  /** Of the veto itself: two batches must be enough for a canary of which half fails. */
  shared: 4.5,
  /** Of the veto where only the stable version's history is there to excuse a burst: two of them must not be enough. */
  alone: 2.4,
} as const;

/** Evidence that the canary's odds of a bad outcome are more than a tolerated number of times the stable's. */
export const startComparison = (): Wealth => startWealth(oddsParts);

export function compare(state: Wealth, batch: Batch, tolerated: number, batches: number): Wealth {
  const factors = comparisonFactors(batch, tolerated);
  return factors === undefined ? state : bet(state, factors, { batches, cap: caps.comparison });
}

/** Evidence that the canary's rate is above one that is known; nothing in the batch excuses it, so it says less. */
export const above = (
  state: Wealth,
  { canaryBad, canaryTotal }: Batch,
  rate: number,
  batches: number,
): Wealth =>
  canaryTotal <= 0 || canaryBad < 0 || canaryBad > canaryTotal
    ? state
    : bet(state, factorsAbove(canaryBad, canaryTotal, rate), { batches, cap: caps.ceiling });

/**
 * Evidence that the canary is above a ceiling, and that the stable version is not as bad. Both hypotheses, "not above the
 * ceiling" and "not worse than the stable version", have to be refuted, so the weaker of the two is what counts: what both
 * versions share, condemns neither.
 */
export interface CeilingState {
  /** Against the ceiling, batch by batch as one. */
  readonly batches: Wealth;
  /** Against the ceiling, request by request and capped. */
  readonly requests: Wealth;
  /** Against the stable version at the same time; where that has no requests, against the ceiling. */
  readonly shared: Wealth;
}

export const startCeiling = (): CeilingState => ({
  batches: startWealth(stakeParts),
  requests: startWealth(oddsParts),
  shared: startWealth(oddsParts),
});

export interface Ceiling {
  readonly ceiling: number;
  /** How many times the stable version's odds the canary may have before it counts as worse. Default 1. */
  readonly odds?: number;
  readonly cap?: number;
  /** Largest ln of the veto's factor. Default `caps.shared`. */
  readonly sharedCap?: number;
  readonly batches: number;
}

export function againstCeiling(
  state: CeilingState,
  batch: Batch,
  { ceiling, odds = 1, cap = caps.ceiling, sharedCap = caps.shared, batches }: Ceiling,
): CeilingState {
  const { canaryBad, canaryTotal, stableTotal } = batch;
  if (canaryTotal <= 0 || canaryBad < 0 || canaryBad > canaryTotal) return state;
  const above = factorsAbove(canaryBad, canaryTotal, ceiling);
  const shared = stableTotal > 0 ? comparisonFactors(batch, odds) : above;
  return {
    batches: bet(state.batches, wholeBatchFactors(canaryBad, canaryTotal, ceiling), { batches }),
    requests: bet(state.requests, above, { batches, cap }),
    shared: shared === undefined ? state.shared : bet(state.shared, shared, { batches, cap: sharedCap }),
  };
}

/** ln of the evidence. */
export const ceilingEvidence = ({ batches, requests, shared }: CeilingState): number =>
  Math.min(logMix(logWealth(batches), logWealth(requests)), logWealth(shared));
