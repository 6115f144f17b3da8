import { SourceTrouble } from './trouble';

/** Readings of one counter, oldest first: [milliseconds since the epoch, value]. */
export type Samples = readonly (readonly [at: number, value: number])[];

/** One counter with its labels. */
export interface CounterSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: Samples;
}

/**
 * How much a counter rose from `from` to `to`. A value below the one before is a restart, which begins at zero again.
 * A counter without a reading at or before `from` was born inside and began at zero; whether the history reaches back
 * far enough to say so is the caller's to check (`reachesBack`).
 */
export function increase(samples: Samples, from: number, to: number): number {
  let before = 0;
  let total = 0;
  for (const [at, value] of samples) {
    if (at > to) break;
    if (at > from) total += value >= before ? value - before : value;
    before = value;
  }
  return total;
}

/** Whether any of the counters was read at or before `from`: else the source's memory begins later than the window. */
export function reachesBack(series: readonly CounterSeries[], from: number): boolean {
  return series.some(({ samples }) => (samples[0]?.[0] ?? Infinity) <= from);
}

/** The newest reading among counters; -Infinity without any. */
export function newest(series: readonly CounterSeries[], to: number): number {
  return series.reduce(
    (latest, { samples }) => samples.reduce((last, [at]) => (at <= to && at > last ? at : last), latest),
    -Infinity,
  );
}

/**
 * Reads a counter's value: a number at or above zero, or text that is one.
 * @throws SourceTrouble (garbage) for NaN, infinities, negative numbers and everything else
 */
export function counterValue(raw: unknown, what: string): number {
  const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new SourceTrouble(
    'garbage',
    `${what} holds ${JSON.stringify(raw)?.slice(0, 40)} where a count is due`,
  );
}
