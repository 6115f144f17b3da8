import { type CounterSeries, increase, newest, reachesBack } from './counters';
import { fromCumulative } from './histogram';
import { type Evidence, type LatencyHistogram, noEvidence, type Scope, type Window } from './model';
import { asTrouble, SourceTrouble } from './trouble';

/** How a source's labels are read. */
export interface Reading {
  /** The version a counter is of; undefined for counters that are none of this scope's. */
  readonly versionOf: (labels: Readonly<Record<string, string>>) => string | undefined;
  readonly isError: (labels: Readonly<Record<string, string>>) => boolean;
  /** The bucket's upper bound in milliseconds; Infinity for the last, undefined where the label is missing or no number. */
  readonly boundOf: (labels: Readonly<Record<string, string>>) => number | undefined;
}

/** Counters of a look, before they are summed. */
export interface Gathered {
  readonly window: Window;
  readonly requests: readonly CounterSeries[];
  readonly buckets: readonly CounterSeries[];
  /** Why there are no buckets, where the source could not give them. */
  readonly bucketsGap?: string;
  readonly queries: readonly string[];
  /** Samples older than this at the window's end say nothing of now. Milliseconds. */
  readonly maxAgeMs: number;
}

function latencyOf(
  series: readonly CounterSeries[],
  { from, to }: Window,
  { boundOf }: Reading,
): LatencyHistogram {
  const buckets = new Map<number, number>();
  for (const { labels, samples } of series) {
    const bound = boundOf(labels);
    if (bound === undefined) throw new SourceTrouble('garbage', 'a latency bucket has no bound');
    buckets.set(bound, (buckets.get(bound) ?? 0) + increase(samples, from, to));
  }
  return fromCumulative(buckets, 'the latency histogram');
}

function latency(
  gathered: Gathered,
  version: string,
  reading: Reading,
): Pick<Evidence & { kind: 'measured' }, 'latency' | 'latencyGap'> {
  if (gathered.bucketsGap !== undefined) return { latencyGap: gathered.bucketsGap };
  const own = gathered.buckets.filter(({ labels }) => reading.versionOf(labels) === version);
  if (own.length === 0) return { latencyGap: 'no latency histogram of this version' };
  try {
    return { latency: latencyOf(own, gathered.window, reading) };
  } catch (thrown) {
    return { latencyGap: asTrouble(thrown).message };
  }
}

const seconds = (milliseconds: number) => `${Math.round(milliseconds / 1_000)} s`;

/**
 * Sums counters into evidence per version.
 *
 * A version without any counter is `empty`, not zero: with Istio a counter is born with the first request, so "never
 * asked" and "not scraped" look the same.
 */
export function assemble(
  scope: Scope,
  gathered: Gathered,
  reading: Reading,
): Readonly<Record<string, Evidence>> {
  const { window, requests, queries, maxAgeMs } = gathered;
  const known = requests.filter(({ labels }) => reading.versionOf(labels) !== undefined);
  if (known.length > 0 && !reachesBack(known, window.from)) {
    const detail = `no sample from before the window began (${new Date(window.from).toISOString()}): what a counter held then is not known`;
    return noEvidence(scope, 'partial', detail, queries);
  }
  const one = (version: string): Evidence => {
    const own = known.filter(({ labels }) => reading.versionOf(labels) === version);
    const none = (reason: 'empty' | 'stale' | 'clockSkew', detail: string): Evidence => ({
      kind: 'none',
      version,
      reason,
      detail,
      queries,
    });
    if (own.every(({ samples }) => samples.length === 0)) {
      return none(
        'empty',
        `no series of ${scope.service} ${version}: it had no request, or its callers are not scraped`,
      );
    }
    const ahead = newest(own, Infinity) - window.to;
    if (ahead > maxAgeMs)
      return none('clockSkew', `samples lie ${seconds(ahead)} in the future: set the clocks`);
    const last = newest(own, Infinity);
    const age = window.to - last;
    if (age > maxAgeMs)
      return none('stale', `the newest sample is ${seconds(age)} old, more than ${seconds(maxAgeMs)}`);
    const end = Math.max(window.to, last);
    const sum = (series: readonly CounterSeries[]) =>
      Math.round(series.reduce((total, { samples }) => total + increase(samples, window.from, end), 0));
    return {
      kind: 'measured',
      version,
      window,
      requests: sum(own),
      errors: sum(own.filter(({ labels }) => reading.isError(labels))),
      ...latency({ ...gathered, window: { from: window.from, to: end } }, version, reading),
      newestSample: last,
      series: own.length,
      queries,
    };
  };
  return Object.fromEntries(scope.versions.map((version) => [version, one(version)]));
}
