import type { Family } from '../../../release';
import type { Target } from '../scrape/target';

/** A value and when it was scraped, milliseconds since the epoch. */
export interface Point {
  readonly t: number;
  readonly value: number;
}

/** One series over time. */
interface Series {
  readonly measurement: string;
  readonly field: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly points: Point[];
}

/** What is known of one target. */
export interface Scraped {
  readonly owner: string;
  readonly by: Target['by'];
  readonly service: string;
  readonly url: string;
  /** Series of the last scrape. */
  series: number;
  scrapes: number;
  failures: number;
  lastError?: string;
  /** Milliseconds since the epoch. */
  lastAt?: number;
  readonly firstAt: number;
  /** When it was scraped well, oldest first. */
  readonly times: number[];
  readonly kept: Map<string, Series>;
}

/** Points of a series that are kept: more than an hour at the shortest interval that is of any use. */
const pointLimit = 1000;
/** Targets that are kept; those of pods long gone make room first. */
const targetLimit = 500;

const trim = (list: unknown[]): void => {
  if (list.length > pointLimit) list.splice(0, list.length - pointLimit);
};

const keyOf = (field: string, labels: Readonly<Record<string, string>>): string =>
  `${field} ${Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')}`;

/**
 * What scrapes have brought: the number of series by target, and over time the values of the families that questions are
 * asked about. It outlives DataKit's pods, as the data in the centre do.
 */
export class SeriesStore {
  private readonly targets = new Map<string, Scraped>();

  /** @param families families whose values are kept; of all others only the number of series is known */
  constructor(
    private readonly families: ReadonlySet<string> = new Set([
      'istio_requests_total',
      'istio_request_duration_milliseconds',
    ]),
  ) {}

  record(target: Target, at: number, families: readonly Family[]): void {
    const entry = this.entry(target, at);
    entry.scrapes += 1;
    entry.lastAt = at;
    entry.lastError = undefined;
    entry.times.push(at);
    trim(entry.times);
    entry.series = 0;
    for (const { name, samples } of families) {
      entry.series += samples.length;
      if (!this.families.has(name)) continue;
      for (const sample of samples) {
        const { measurement, field } = target.place(sample.name);
        const key = keyOf(field, sample.labels);
        let series = entry.kept.get(key);
        if (!series) {
          const labels = Object.entries(sample.labels).filter(([tag]) => !target.tagsIgnore.has(tag));
          series = {
            measurement,
            field,
            tags: { ...Object.fromEntries(labels), ...target.tags },
            points: [],
          };
          entry.kept.set(key, series);
        }
        series.points.push({ t: at, value: sample.value });
        trim(series.points);
      }
    }
  }

  failed(target: Target, at: number, error: string): void {
    const entry = this.entry(target, at);
    entry.failures += 1;
    entry.lastError = error;
  }

  all(): readonly Scraped[] {
    return [...this.targets.values()];
  }

  private entry(target: Target, at: number): Scraped {
    const { id, owner, by, service, url } = target;
    let entry = this.targets.get(id);
    if (!entry) {
      if (this.targets.size >= targetLimit) this.targets.delete(this.targets.keys().next().value ?? '');
      entry = {
        ...{ owner, by, service, url, series: 0, scrapes: 0, failures: 0, firstAt: at },
        times: [],
        kept: new Map(),
      };
      this.targets.set(id, entry);
    }
    return entry;
  }
}
