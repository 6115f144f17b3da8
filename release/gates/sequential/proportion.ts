import { logSumExp } from './logSum';

/** Odds that the alternatives are away from the bound: from barely worse to hopeless, each half as far again at first. */
const oddsRatios = [1.5, 2, 3, 4.5, 7, 12, 25, 60, 200, 1_000, 1e4, 1e6] as const;

const atOdds = (bound: number, ratio: number): number => {
  const odds = (bound / (1 - bound)) * ratio;
  return odds / (1 + odds);
};

/** ln of (p/bound)^hits × ((1−p)/(1−bound))^misses. */
const logRatio = (hits: number, misses: number, p: number, bound: number): number =>
  (hits === 0 ? 0 : hits * Math.log(p / bound)) +
  (misses === 0 ? 0 : misses * (Math.log1p(-p) - Math.log1p(-bound)));

/**
 * ln of the evidence that a proportion lies above `bound`, after `n` trials with `hits`; may be asked after every trial.
 *
 * A mixture sequential probability ratio test (Wald 1945; Robbins 1970; "always valid" in Johari, Koomen, Pekelis and
 * Walsh 2022). For one alternative p > b the likelihood ratio L(n) = (p/b)^hits ((1−p)/(1−b))^(n−hits) has, under any
 * true q ≤ b, the expected factor per trial q·p/b + (1−q)(1−p)/(1−b), which rises with q and is 1 at q = b: so L is a
 * non-negative supermartingale with L(0) = 1, whatever q does from trial to trial as long as it stays at or below b. So is
 * the mean of several, the mixture. By Ville's inequality P(L(n) ≥ 1/α for any n) ≤ α: one may look as often as one
 * likes, stop whenever one likes, and the chance of ever condemning a good version stays at or below α.
 *
 * The alternatives are a fixed grid on the scale of odds instead of a Beta prior: as valid, no special functions, and at
 * worst ln 12 ≈ 2.5 nats behind the best single alternative.
 * @param bound above 0 and below 1
 */
export function logEvidenceAbove(hits: number, n: number, bound: number): number {
  const terms = oddsRatios.map((ratio) => logRatio(hits, n - hits, atOdds(bound, ratio), bound));
  return logSumExp(terms) - Math.log(oddsRatios.length);
}

/** The same for a proportion below `bound`: hits and misses change places. */
export const logEvidenceBelow = (hits: number, n: number, bound: number): number =>
  logEvidenceAbove(n - hits, n, 1 - bound);

/** Whether evidence suffices at an error probability of `alpha`. */
export const suffices = (logEvidence: number, alpha: number): boolean => logEvidence >= -Math.log(alpha);
