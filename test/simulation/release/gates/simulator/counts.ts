/** Counts of many requests at once: drawing each request on its own would take most of a simulation's time. */

/** A standard normal number (Box and Muller). */
const normal = (next: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

/** From this many expected successes and failures on, the normal law is close enough to the binomial one. */
const MANY = 50;

/** How many of `n` trials succeed, each with probability `p`. */
export function successes(next: () => number, n: number, p: number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - successes(next, n, 1 - p);
  if (n * p > MANY) {
    const drawn = Math.round(n * p + normal(next) * Math.sqrt(n * p * (1 - p)));
    return Math.min(n, Math.max(0, drawn));
  }
  // The gaps between successes follow the geometric law.
  const step = Math.log1p(-p);
  let count = 0;
  for (let at = Math.floor(Math.log(1 - next()) / step); at < n; count++) {
    at += 1 + Math.floor(Math.log(1 - next()) / step);
  }
  return count;
}

/** Spreads `n` requests over buckets with the given probabilities, which sum to 1. */
export function spread(next: () => number, n: number, parts: readonly number[]): number[] {
  let [left, share] = [n, 1];
  return parts.map((part) => {
    const count = share <= 0 ? 0 : successes(next, left, Math.min(1, part / share));
    left -= count;
    share -= part;
    return count;
  });
}
