import type { LatencyHistogram } from './model';
import { SourceTrouble } from './trouble';

/**
 * Makes a histogram of cumulative buckets, as Prometheus and Envoy keep them: `le` in milliseconds → requests that took
 * at most so long. The bucket without bound must be there: without it the slowest requests are missing, which are the
 * ones a gate is about.
 *
 * Sums over several counters that were not read at the very same moment can fall by a request or two from one bound to
 * the next; such a dent is levelled. A fall of more than 1 % of all is no dent.
 * @throws SourceTrouble (garbage) when the buckets cannot be those of a histogram
 */
export function fromCumulative(buckets: ReadonlyMap<number, number>, what: string): LatencyHistogram {
  const bounds = [...buckets.keys()].filter(Number.isFinite).sort((a, b) => a - b);
  const all = buckets.get(Infinity);
  if (all === undefined || bounds.length === 0) {
    throw new SourceTrouble(
      'garbage',
      `${what} has no ${bounds.length === 0 ? 'finite bucket' : 'bucket without bound (+Inf)'}`,
    );
  }
  const allowed = Math.max(2, all * 0.01);
  let before = 0;
  const counts = [...bounds.map((bound) => buckets.get(bound)!), all].map((cumulative) => {
    if (cumulative < before - allowed) {
      throw new SourceTrouble('garbage', `${what} has buckets that fall from one bound to the next`);
    }
    const level = Math.max(before, cumulative);
    const count = Math.round(level) - Math.round(before);
    before = level;
    return count;
  });
  return { bounds, counts };
}

/** The cumulative buckets of a histogram, the one without bound among them. */
export function toCumulative({ bounds, counts }: LatencyHistogram): Map<number, number> {
  let sum = 0;
  return new Map([...bounds, Infinity].map((bound, i) => [bound, (sum += counts[i]!)]));
}

/**
 * Adds cumulative buckets of several kinds: only bounds that all of them have can be added, and at those the sum is exact.
 * Proxies keep different bounds while an annotation is rolled out (sidecar.istio.io/statsHistogramBuckets).
 */
export function addCumulative(kinds: readonly ReadonlyMap<number, number>[]): Map<number, number> {
  const [first = new Map<number, number>(), ...rest] = kinds;
  const shared = [...first.keys()].filter((bound) => rest.every((kind) => kind.has(bound)));
  return new Map(shared.map((bound) => [bound, kinds.reduce((sum, kind) => sum + kind.get(bound)!, 0)]));
}

export const sameBounds = (a: LatencyHistogram, b: LatencyHistogram): boolean =>
  a.bounds.length === b.bounds.length && a.bounds.every((bound, i) => bound === b.bounds[i]);

export const totalOf = ({ counts }: LatencyHistogram): number =>
  counts.reduce((sum, count) => sum + count, 0);

/** Requests that took longer than `bound`, which must be one of the histogram's own. */
export function slowerThan(histogram: LatencyHistogram, bound: number): number {
  const index = histogram.bounds.indexOf(bound);
  return histogram.counts.slice(index + 1).reduce((sum, count) => sum + count, 0);
}

/** The smallest bound at or above a latency; undefined where all finite bounds are below. */
export const boundAtOrAbove = ({ bounds }: LatencyHistogram, milliseconds: number): number | undefined =>
  bounds.find((bound) => bound >= milliseconds);

/**
 * The bucket that a quantile lies in: its upper bound, Infinity beyond the last, undefined without requests.
 * @param quantile 0 to 1
 */
export function quantileBound(histogram: LatencyHistogram, quantile: number): number | undefined {
  const total = totalOf(histogram);
  if (total === 0) return undefined;
  let cumulative = 0;
  for (const [index, bound] of histogram.bounds.entries()) {
    cumulative += histogram.counts[index]!;
    if (cumulative >= quantile * total) return bound;
  }
  return Infinity;
}

/**
 * A quantile for people and plots: linear within its bucket, as Prometheus' histogram_quantile does. Tests never use it,
 * for how requests lie within a bucket is not known.
 */
export function quantileEstimate(histogram: LatencyHistogram, quantile: number): number | undefined {
  const bound = quantileBound(histogram, quantile);
  if (bound === undefined) return undefined;
  if (bound === Infinity) return histogram.bounds.at(-1);
  const index = histogram.bounds.indexOf(bound);
  const low = index === 0 ? 0 : histogram.bounds[index - 1]!;
  const below = histogram.counts.slice(0, index).reduce((sum, count) => sum + count, 0);
  const inside = histogram.counts[index]!;
  if (inside === 0) return bound;
  return low + ((bound - low) * (quantile * totalOf(histogram) - below)) / inside;
}

/** What came on top of an earlier reading; undefined when it cannot be one of the same. */
export function minus(later: LatencyHistogram, earlier: LatencyHistogram): LatencyHistogram | undefined {
  if (!sameBounds(later, earlier)) return undefined;
  const counts = later.counts.map((count, i) => count - earlier.counts[i]!);
  return counts.some((count) => count < 0) ? undefined : { bounds: later.bounds, counts };
}
