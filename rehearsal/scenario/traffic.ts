import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '../platform/platform';
import { withinInterval95, type FailureNote } from '../traffic';
import type { CountedBucket, LoadRequest } from '../traffic/control';

export type Bucket = CountedBucket;

/** Answers and failures summed over a span of time. */
export interface Tally {
  readonly requests: number;
  readonly perVersion: Readonly<Record<string, number>>;
  readonly failures: number;
}

export interface LoadSnapshot {
  readonly totals: { readonly requests: number; readonly failures: number };
  /** When each version last answered, milliseconds since the epoch. */
  readonly lastAnswered: Readonly<Record<string, number>>;
  readonly buckets: readonly Bucket[];
  /** The first failures, with what was wrong. */
  readonly notes: readonly FailureNote[];
  readonly latency: Readonly<Record<string, { p50: number; p90: number; p99: number }>>;
}

/** Length of the windows in which convergence is looked for. */
const windowMs = 300;
/** How far the counts told here may be behind what has happened. */
const lagMs = 350;

export function tally(buckets: readonly Bucket[], from: number, to: number): Tally {
  const perVersion: Record<string, number> = {};
  let failures = 0;
  let answers = 0;
  for (const bucket of buckets) {
    if (bucket.t < from || bucket.t >= to) continue;
    failures += bucket.failures;
    for (const [version, count] of Object.entries(bucket.perVersion)) {
      perVersion[version] = (perVersion[version] ?? 0) + count;
      answers += count;
    }
  }
  return { requests: answers + failures, perVersion, failures };
}

export function shareOf(version: string, { perVersion }: Tally): number {
  const answers = Object.values(perVersion).reduce((sum, count) => sum + count, 0);
  return answers === 0 ? 0 : (perVersion[version] ?? 0) / answers;
}

/** Whether a version's share of the answers is inside the 95 % binomial interval of its weight. No answers: no evidence. */
export function insideInterval(version: string, weight: number, counted: Tally): boolean {
  const answers = counted.requests - counted.failures;
  return answers > 0 && withinInterval95(weight, counted.perVersion[version] ?? 0, answers);
}

/** The load that runs through a rehearsal's ingress gateway, seen from outside. */
export class Traffic {
  constructor(private readonly platform: Platform) {}

  async start(spec: LoadRequest): Promise<void> {
    await this.platform.call('POST', '/load', spec);
  }

  /** Requests per second from now on. */
  async setRate(ratePerSecond: number): Promise<void> {
    await this.platform.call('POST', '/load/rate', { ratePerSecond });
  }

  async stop(): Promise<void> {
    await this.platform.call('POST', '/load/stop');
  }

  snapshot(since = 0): Promise<LoadSnapshot> {
    return this.platform.call<LoadSnapshot>('GET', `/load?since=${since}`);
  }

  /** Everything from the first request on, with latencies. */
  summary(): Promise<LoadSnapshot> {
    return this.platform.call<LoadSnapshot>('GET', '/load?since=0&latency');
  }

  /**
   * The time of the first window after `from` in which the version's share is inside the interval of its weight.
   * Undefined when there is none within `withinMs`.
   */
  async convergence(
    version: string,
    weight: number,
    from: number,
    withinMs = 15_000,
  ): Promise<number | undefined> {
    for (let window = from; window < from + withinMs; window += windowMs) {
      const end = window + windowMs;
      // Answers are filed by the moment they came, in slices; a little later the window is complete.
      await sleep(Math.max(0, end + lagMs - Date.now()));
      const { buckets } = await this.snapshot(window);
      if (insideInterval(version, weight, tally(buckets, window, end))) return window;
    }
    return undefined;
  }

  /** Counts answers from `from` on until there are enough of them. */
  async sample(
    from: number,
    requests: number,
    withinMs = 60_000,
  ): Promise<Tally & { readonly until: number }> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const until = Date.now() - lagMs;
      const counted = tally((await this.snapshot(from)).buckets, from, until);
      if (counted.requests >= requests || Date.now() > deadline) return { ...counted, until };
      await sleep(100);
    }
  }
}
