import { binomialInterval } from '../../release';

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
  return [...binomialInterval(weightPercent / 100, n, 0.95)];
}

/** Whether `count` of `n` requests is what the weight lets one expect. */
export function withinInterval95(weightPercent: number, count: number, n: number): boolean {
  const [lo, hi] = binomialInterval95(weightPercent, n);
  return count / n >= lo && count / n <= hi;
}
