import type { Identity } from './identity';
import type { Counter, ProxyTime, Snapshot } from './reading';

/** What a counter rose by between two looks. */
interface Rise {
  readonly labels: Counter['labels'];
  readonly rise: number;
}

/** What happened between two looks. */
export interface Rises {
  readonly requests: readonly Rise[];
  readonly buckets: readonly (Rise & { readonly proxy: string })[];
  /** The longest ago that a proxy which still reports was read; undefined without any. */
  readonly oldest?: number;
  /** When any proxy was last read; -Infinity where none ever was. */
  readonly newest: number;
}

/** One stored copy of a proxy's counters. */
interface Copy {
  /** When it was last read; -Infinity before that is known. */
  readAt: number;
  startedAt?: number;
  /** Whether the snapshot at hand is of before the one that was taken last. */
  isOlder: boolean;
  /** Whether what it counts is counted here: its first reading after the beginning is its base line. */
  begun: boolean;
  readonly values: Map<string, number>;
}

interface Proxy {
  leader: string;
  readonly copies: Map<string, Copy>;
}

/** A restarted process begins at zero again. A fall to more than this part is no restart but an older reading. */
const RESTART_BELOW = 0.5;

/**
 * By how much a start may seem to move without a restart: seconds are what start times are rounded to, and Envoy renews its
 * `server.uptime` only when it flushes its statistics, every 5 s [envoy config.bootstrap.v3.Bootstrap stats_flush_interval]. Both
 * make a start seem later than it was.
 */
const START_PRECISION_MS = 7_000;

const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

interface Read {
  readonly identity: Identity;
  readonly counter: Counter;
  readonly isBucket: boolean;
}

/** Whether all counters of a process fell together, which is how a new one under the old name looks. */
function hasRestarted({ isOlder, values }: Copy, now: ReadonlyMap<string, Read>): boolean {
  if (isOlder) return false;
  const fell = [...now].some(([key, { counter }]) => counter.value < (values.get(key) ?? 0));
  return (
    fell && sum([...now.values()].map(({ counter }) => counter.value)) < RESTART_BELOW * sum(values.values())
  );
}

/**
 * Adds up how much counters rose from look to look.
 *
 * - A proxy counts from its first reading at or after the beginning. What it had counted until then is of before, or of a
 *   time in which nobody scraped it. A counter that it grows later was born in between and began at zero; with Istio a
 *   counter is born with the first request, so that is where a new version's errors are.
 * - A restart shows in all counters of a process at once: they fall together. A reading that is a little lower is an older
 *   one, as it comes from the other of two servers behind one address; it is passed over.
 * - Of several copies of a proxy one counts, and when it stops the next one goes on with what it has counted itself.
 */
export class Tally {
  private readonly proxies = new Map<string, Proxy>();

  /**
   * @param from When counting begins. Milliseconds.
   * @param maxAgeMs A copy that was not read for this long has stopped.
   */
  constructor(
    private readonly identify: (labels: Counter['labels']) => Identity,
    private readonly from: number,
    private readonly maxAgeMs: number,
  ) {}

  /** Takes values as they were at the beginning, so that what rises from them on counts. */
  base(snapshot: Snapshot): void {
    this.take(snapshot, true);
  }

  /** What has risen since the snapshot before. */
  add(snapshot: Snapshot): Rises {
    return this.take(snapshot, false);
  }

  private take(snapshot: Snapshot, isBase: boolean): Rises {
    const read = this.noteTimes(snapshot.proxies);
    const byCopy = new Map<Copy, { proxy: string; name: string; reads: Read[] }>();
    const note = (counter: Counter, isBucket: boolean) => {
      const identity = this.identify(counter.labels);
      const copy = this.copyOf(identity);
      const known = byCopy.get(copy);
      const read = { identity, counter, isBucket };
      if (known === undefined)
        byCopy.set(copy, { proxy: identity.proxy, name: identity.copy, reads: [read] });
      else known.reads.push(read);
    };
    for (const counter of snapshot.requests) note(counter, false);
    for (const counter of snapshot.buckets) note(counter, true);
    this.chooseLeaders(snapshot.at);
    const requests: Rise[] = [];
    const buckets: (Rise & { proxy: string })[] = [];
    for (const [copy, { proxy, name, reads }] of byCopy) {
      const leads = this.proxies.get(proxy)!.leader === name;
      for (const { read, rise } of this.risesOf(copy, reads, isBase)) {
        if (!leads) continue;
        const { labels } = read.counter;
        if (read.isBucket) buckets.push({ labels, rise, proxy });
        else requests.push({ labels, rise });
      }
    }
    // One that had no counter yet was read all the same: what it grows from now on began at zero.
    for (const copy of read) copy.begun ||= copy.readAt >= this.from;
    return { requests, buckets, ...this.readTimes(snapshot.at) };
  }

  private copyOf({ proxy, copy }: Pick<Identity, 'proxy' | 'copy'>): Copy {
    const known = this.proxies.get(proxy) ?? { leader: copy, copies: new Map<string, Copy>() };
    this.proxies.set(proxy, known);
    const own = known.copies.get(copy) ?? {
      readAt: -Infinity,
      isOlder: false,
      begun: false,
      values: new Map<string, number>(),
    };
    known.copies.set(copy, own);
    return own;
  }

  /** Notes when proxies were read. @returns those that were */
  private noteTimes(times: readonly ProxyTime[]): Iterable<Copy> {
    const newest = new Map<Copy, ProxyTime>();
    for (const time of times) {
      const copy = this.copyOf(this.identify(time.labels));
      const known = newest.get(copy);
      if (known === undefined || known.readAt < time.readAt) newest.set(copy, time);
    }
    for (const [copy, { readAt, startedAt }] of newest) {
      copy.isOlder = readAt < copy.readAt;
      copy.readAt = Math.max(copy.readAt, readAt);
      if (startedAt === undefined) continue;
      const known = copy.startedAt;
      const restarted = known !== undefined && startedAt > known + START_PRECISION_MS;
      if (restarted) copy.values.clear();
      // A process that started since the beginning has counted nothing of before.
      if (startedAt >= this.from) copy.begun = true;
      copy.startedAt = known === undefined || restarted ? startedAt : Math.min(known, startedAt);
    }
    return newest.keys();
  }

  private isLive = (copy: Copy | undefined, at: number): copy is Copy =>
    copy !== undefined && at - copy.readAt <= this.maxAgeMs;

  private chooseLeaders(at: number): void {
    for (const proxy of this.proxies.values()) {
      if (this.isLive(proxy.copies.get(proxy.leader), at)) continue;
      for (const [name, copy] of proxy.copies) {
        if (!this.isLive(copy, at)) continue;
        proxy.leader = name;
        break;
      }
    }
  }

  private risesOf(copy: Copy, reads: readonly Read[], isBase: boolean) {
    // One counter can be there under two spellings of its bound; the larger value is the newer one.
    const newest = new Map<string, Read>();
    for (const read of reads) {
      const key = `${read.isBucket ? 'b' : 'r'} ${read.identity.counter}`;
      const known = newest.get(key);
      if (known === undefined || known.counter.value < read.counter.value) newest.set(key, read);
    }
    const { begun, values } = copy;
    if (hasRestarted(copy, newest)) values.clear();
    copy.begun ||= isBase || copy.readAt >= this.from;
    return [...newest].map(([key, read]) => {
      const { value } = read.counter;
      const known = values.get(key) ?? 0;
      values.set(key, Math.max(known, value));
      return { read, rise: begun && !isBase ? Math.max(0, value - known) : 0 };
    });
  }

  private readTimes(at: number): Pick<Rises, 'oldest' | 'newest'> {
    let oldest = Infinity;
    let newest = -Infinity;
    for (const { leader, copies } of this.proxies.values()) {
      const copy = copies.get(leader)!;
      newest = Math.max(newest, copy.readAt);
      if (this.isLive(copy, at)) oldest = Math.min(oldest, copy.readAt);
    }
    return oldest === Infinity ? { newest } : { oldest, newest };
  }
}
