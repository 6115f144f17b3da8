/** A probability whose odds are `ratio` times those of another. */
export const atOdds = (probability: number, ratio: number): number => {
  const odds = (probability / (1 - probability)) * ratio;
  return odds / (1 + odds);
};

/**
 * How far the odds of the alternatives are from the bound: from barely worse to hopeless. They stand for a prior, which
 * needs no special functions this way, and are at worst ln 7 ≈ 2 nats behind the best of them alone.
 */
export const oddsRatios = [1.4, 2, 3, 5, 9, 20, 60] as const;

/** How a bet is divided among them. */
export const oddsParts = [0.05, 0.15, 0.25, 0.25, 0.15, 0.1, 0.05] as const;

/** ln of (p/bound)^hits × ((1−p)/(1−bound))^misses. */
const logRatio = (hits: number, misses: number, p: number, bound: number): number =>
  (hits === 0 ? 0 : hits * Math.log(p / bound)) +
  (misses === 0 ? 0 : misses * (Math.log1p(-p) - Math.log1p(-bound)));

/**
 * ln of the factor by which a batch changes the wealth of each alternative (`wealth.ts`) that bets on a proportion above
 * `bound`: the likelihood ratio (Wald 1945). For p > b and any true q ≤ b its expectation per trial is
 * q·p/b + (1−q)(1−p)/(1−b), which rises with q and is 1 at q = b.
 * @param bound above 0 and below 1
 */
export const factorsAbove = (hits: number, n: number, bound: number): readonly number[] =>
  oddsRatios.map((ratio) => logRatio(hits, n - hits, atOdds(bound, ratio), bound));

/** The same for a proportion below `bound`: hits and misses change places. */
export const factorsBelow = (hits: number, n: number, bound: number): readonly number[] =>
  factorsAbove(n - hits, n, 1 - bound);

/** How much of the wealth is at stake in bets on a batch as one, as parts of what can be lost at most. */
const stakes = [0.97, 0.3] as const;

/** How a bet is divided among them. */
export const stakeParts = [0.75, 0.25] as const;

/** Requests by which a batch is diluted: a single failed one of few is not a batch that failed. */
const DILUTION = 5;

/**
 * The same where a batch counts as one whatever its requests: a bet on the part of them that were hits, 1 + λ(x − b)
 * (Waudby-Smith and Ramdas 2024). It assumes nothing of requests within a batch: a burst in which half of a thousand
 * fail together is a single 0.5. Two batches in which half fails are what it takes to be sure at a bound of 1 %.
 */
export const wholeBatchFactors = (hits: number, n: number, bound: number): readonly number[] =>
  stakes.map((stake) => Math.log1p((stake / bound) * (hits / (n + DILUTION) - bound)));
