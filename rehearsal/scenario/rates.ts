import type { Rates } from '../report';
import type { Bucket } from './traffic';

/** Length of the report's windows of traffic over time, milliseconds. */
const windowMs = 500;

/** Sums the load's fine slices into the report's windows, told from the start of the run. */
export function ratesOf(buckets: readonly Bucket[], startedAt: number): Rates {
  const windows = new Map<number, { perVersion: Record<string, number>; failures: number }>();
  for (const bucket of buckets) {
    const index = Math.floor((bucket.t - startedAt) / windowMs);
    const window = windows.get(index) ?? { perVersion: {}, failures: 0 };
    windows.set(index, window);
    window.failures += bucket.failures;
    for (const [version, count] of Object.entries(bucket.perVersion)) {
      window.perVersion[version] = (window.perVersion[version] ?? 0) + count;
    }
  }
  return {
    windowSeconds: windowMs / 1000,
    windows: [...windows]
      .filter(([index]) => index >= 0)
      .sort(([a], [b]) => a - b)
      .map(([index, window]) => ({ t: (index * windowMs) / 1000, ...window })),
  };
}
