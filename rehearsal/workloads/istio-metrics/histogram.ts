/**
 * The upper bounds of all of a sidecar's histograms, whatever they measure
 * [envoyproxy/envoy source/common/stats/histogram_impl.h].
 */
const bounds = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
] as const;

/** Values by the bucket they fall into. */
export class Histogram {
  private readonly buckets = Array<number>(bounds.length + 1).fill(0);
  private count = 0;
  private sum = 0;

  record(value: number): void {
    const bound = bounds.findIndex((upper) => value <= upper);
    const bucket = bound < 0 ? bounds.length : bound;
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1;
    this.count += 1;
    this.sum += value;
  }

  /** The lines of one series. @param labels without braces */
  lines(name: string, labels: string): string[] {
    let below = 0;
    return [
      ...bounds.map((bound, index) => {
        below += this.buckets[index] ?? 0;
        return `${name}_bucket{${labels},le="${bound}"} ${below}`;
      }),
      `${name}_bucket{${labels},le="+Inf"} ${this.count}`,
      `${name}_sum{${labels}} ${this.sum}`,
      `${name}_count{${labels}} ${this.count}`,
    ];
  }
}
