import { build, type Histogram } from 'hdr-histogram-js';
import type { Bucket, FailureKind } from './spec';

/** Latency in milliseconds. */
interface LatencySummary {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** What was measured over a stretch of time. */
export interface Window {
  /** Answers and failures together. */
  readonly requests: number;
  /** Good answers by version. */
  readonly perVersion: Readonly<Record<string, number>>;
  readonly failures: number;
  readonly failuresByKind: Readonly<Partial<Record<FailureKind, number>>>;
  readonly latency: LatencySummary;
  readonly latencyPerVersion: Readonly<Record<string, LatencySummary>>;
  readonly requestsPerSecond: number;
}

/** Histograms count microseconds, from 1 µs to 10 minutes, to three digits. */
const histogram = (): Histogram =>
  build({ lowestDiscernibleValue: 1, highestTrackableValue: 600_000_000, numberOfSignificantValueDigits: 3 });

function summary(values: Histogram): LatencySummary {
  const ms = (microseconds: number) => microseconds / 1000;
  if (values.totalCount === 0) return { count: 0, mean: 0, p50: 0, p90: 0, p99: 0, max: 0 };
  return {
    count: values.totalCount,
    mean: ms(values.mean),
    p50: ms(values.getValueAtPercentile(50)),
    p90: ms(values.getValueAtPercentile(90)),
    p99: ms(values.getValueAtPercentile(99)),
    max: ms(values.maxValue),
  };
}

function windowOf(buckets: readonly Bucket[], seconds: number): Window {
  const perVersion: Record<string, number> = {};
  const failuresByKind: Partial<Record<FailureKind, number>> = {};
  const all = histogram();
  const versions = new Map<string, Histogram>();
  for (const bucket of buckets) {
    for (const [version, latencies] of Object.entries(bucket.answered)) {
      perVersion[version] = (perVersion[version] ?? 0) + latencies.length;
      const own = versions.get(version) ?? histogram();
      versions.set(version, own);
      for (const latency of latencies) {
        all.recordValue(latency);
        own.recordValue(latency);
      }
    }
    for (const [kind, count] of Object.entries(bucket.failures) as [FailureKind, number][]) {
      failuresByKind[kind] = (failuresByKind[kind] ?? 0) + count;
    }
  }
  const failures = Object.values(failuresByKind).reduce((sum, count) => sum + count, 0);
  const requests = all.totalCount + failures;
  return {
    requests,
    perVersion,
    failures,
    failuresByKind,
    latency: summary(all),
    latencyPerVersion: Object.fromEntries([...versions].map(([version, own]) => [version, summary(own)])),
    requestsPerSecond: seconds > 0 ? requests / seconds : 0,
  };
}

/** Everything that was measured since the load began, in slices of time. */
export class Samples {
  private readonly buckets: Bucket[] = [];
  private readonly last: Record<string, number> = {};
  private total = 0;
  private failed = 0;

  /** Slices come in the order of time. */
  add(buckets: readonly Bucket[]): void {
    for (const bucket of buckets) {
      this.buckets.push(bucket);
      for (const latencies of Object.values(bucket.answered)) this.total += latencies.length;
      for (const count of Object.values(bucket.failures)) {
        this.total += count;
        this.failed += count;
      }
      for (const [version, at] of Object.entries(bucket.last)) {
        this.last[version] = Math.max(this.last[version] ?? 0, at);
      }
    }
  }

  get totals(): { readonly requests: number; readonly failures: number } {
    return { requests: this.total, failures: this.failed };
  }

  /** When each version gave its last good answer, milliseconds since the epoch. */
  get lastAnswered(): Readonly<Record<string, number>> {
    return { ...this.last };
  }

  /** The slices that begin at or after `from` and before `to`; both milliseconds since the epoch. */
  between(from: number, to: number): Window {
    const chosen = this.since(from).filter(({ t }) => t < to);
    return windowOf(chosen, (Math.max(to, from) - from) / 1000);
  }

  since(from: number): readonly Bucket[] {
    const start = this.buckets.findIndex(({ t }) => t >= from);
    return start < 0 ? [] : this.buckets.slice(start);
  }
}
