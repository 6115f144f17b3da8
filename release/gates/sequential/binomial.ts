import { gammaln } from 'simple-statistics';

/** Terms this small beside the largest cannot be seen in a sum of doubles. */
const NEGLIGIBLE = 1e-18;

function logMass(k: number, n: number, p: number): number {
  const choose = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1);
  return choose + (k === 0 ? 0 : k * Math.log(p)) + (n - k === 0 ? 0 : (n - k) * Math.log1p(-p));
}

/** P(X ≤ k) for X ~ Binomial(n, p). Summed from the shorter side's largest term outwards, so that tails keep their digits. */
export function binomialAtMost(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n || p <= 0) return 1;
  if (p >= 1) return 0;
  if (k > n * p) return 1 - binomialAtMost(n - k - 1, n, 1 - p);
  const odds = p / (1 - p);
  const first = Math.exp(logMass(k, n, p));
  let term = first;
  let sum = first;
  for (let i = k; i > 0 && term > sum * NEGLIGIBLE; i--) {
    term *= i / ((n - i + 1) * odds);
    sum += term;
  }
  return Math.min(1, sum);
}

/** The smallest count whose cumulative probability reaches `probability`. */
export function binomialQuantile(probability: number, n: number, p: number): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (binomialAtMost(middle, n, p) >= probability) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Where the count of `n` draws lies in at least `confidence` of all cases, exactly, as shares from 0 to 1; both ends
 * belong to the interval.
 */
export function binomialInterval(
  p: number,
  n: number,
  confidence: number,
): readonly [low: number, high: number] {
  const tail = (1 - confidence) / 2;
  return [binomialQuantile(tail, n, p) / n, binomialQuantile(1 - tail, n, p) / n];
}

/**
 * The largest proportion that `hits` of `n` leave possible at a confidence: Clopper and Pearson's one-sided upper bound
 * (1934). 1 without any trial.
 */
export function upperBound(hits: number, n: number, confidence: number): number {
  if (hits >= n) return 1;
  let low = hits / n;
  let high = 1;
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2;
    if (binomialAtMost(hits, n, middle) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}
