import { errorFunction } from 'simple-statistics';

/** Istio's default buckets up to ten seconds, in milliseconds (Envoy's histogram defaults). */
export const ISTIO_BOUNDS = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** Log-normal, as latencies of web services are: with a sigma of 0.5 the p99 is 3.2 times the median. */
export interface Latency {
  readonly medianMs: number;
  readonly sigma: number;
}

/** How the requests of such a law fall into buckets. */
export function bucketParts({ medianMs, sigma }: Latency, bounds: readonly number[]): number[] {
  const atMost = (bound: number) =>
    0.5 * (1 + errorFunction(Math.log(bound / medianMs) / (sigma * Math.SQRT2)));
  let before = 0;
  const parts = bounds.map((bound) => {
    const cumulative = Math.max(before, atMost(bound));
    const part = cumulative - before;
    before = cumulative;
    return part;
  });
  return [...parts, 1 - before];
}
