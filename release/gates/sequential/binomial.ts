import { gammaln } from 'simple-statistics';

/** Terms this small beside the largest cannot be seen in a sum of doubles. */
const NEGLIGIBLE = 1e-18;

/** ln of how many ways there are to choose k of n. */
const logChoose = (k: number, n: number): number => gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1);

/** P(X ≤ k) for k at or below the mean: summed from the largest term outwards, so that tails keep their digits. */
function lowerTail(k: number, n: number, p: number, choose: number): number {
  const odds = p / (1 - p);
  const first = Math.exp(choose + k * Math.log(p) + (n - k) * Math.log1p(-p));
  let term = first;
  let sum = first;
  for (let i = k; i > 0 && term > sum * NEGLIGIBLE; i--) {
    term *= i / ((n - i + 1) * odds);
    sum += term;
  }
  return Math.min(1, sum);
}

/** P(X ≤ k) for X ~ Binomial(n, p), by way of the shorter side. */
export function binomialAtMost(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n || p <= 0) return 1;
  if (p >= 1) return 0;
  if (k > n * p) return 1 - binomialAtMost(n - k - 1, n, 1 - p);
  return lowerTail(k, n, p, logChoose(k, n));
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
