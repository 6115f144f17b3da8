/** ln Γ(x) for x > 0: Stirling's series after moving x above 16, good to about 1e-13. */
export function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 16; z++) shift -= Math.log(z);
  const inverse = 1 / (z * z);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / z;
  return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series;
}

function logProbability(k: number, n: number, p: number): number {
  const choose = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  return choose + k * Math.log(p) + (n - k) * Math.log1p(-p);
}

/** Probabilities below this, relative to the most likely count, cannot move a quantile. */
const negligible = 1e-20;

/** The counts around the most likely one that matter, with their probabilities, in rising order. */
function massOf(n: number, p: number): { first: number; mass: number[] } {
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const odds = p / (1 - p);
  const peak = Math.exp(logProbability(mode, n, p));
  const below: number[] = [];
  for (let k = mode, mass = peak; k > 0 && mass > peak * negligible; k--) {
    mass *= k / ((n - k + 1) * odds);
    below.push(mass);
  }
  const above: number[] = [];
  for (let k = mode, mass = peak; k < n && mass > peak * negligible; k++) {
    mass *= ((n - k) * odds) / (k + 1);
    above.push(mass);
  }
  return { first: mode - below.length, mass: [...below.reverse(), peak, ...above] };
}

/** The smallest count whose cumulative probability under Binomial(n, p) reaches `probability`. */
export function binomialQuantile(probability: number, n: number, p: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return n;
  const { first, mass } = massOf(n, p);
  const total = mass.reduce((sum, one) => sum + one, 0);
  let cumulative = 0;
  for (const [index, one] of mass.entries()) {
    cumulative += one;
    if (cumulative >= probability * total) return first + index;
  }
  return first + mass.length - 1;
}

/**
 * Where the share of `n` requests lies that a weight gives in at least 95 of 100 cases: the 2.5 % and 97.5 % quantiles
 * of the binomial distribution, computed exactly, as shares from 0 to 1. Both ends belong to the interval.
 *
 * A weight of 0 or 100 leaves no room: [0, 0] or [1, 1].
 * @throws RangeError when the weight is not a percentage or `n` is not a whole number of at least 1
 */
export function binomialInterval95(weightPercent: number, n: number): [lo: number, hi: number] {
  if (!(weightPercent >= 0 && weightPercent <= 100)) {
    throw new RangeError(`a weight of ${weightPercent} is not between 0 and 100`);
  }
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`an interval of ${n} requests does not exist`);
  const p = weightPercent / 100;
  return [binomialQuantile(0.025, n, p) / n, binomialQuantile(0.975, n, p) / n];
}

/** Whether `count` of `n` requests is what the weight lets one expect. */
export function withinInterval95(weightPercent: number, count: number, n: number): boolean {
  const [lo, hi] = binomialInterval95(weightPercent, n);
  return count / n >= lo && count / n <= hi;
}
