import type { Counter, ProxyTime, Snapshot } from '../../../../release/metrics/counting/reading';
import type { Measured, MetricSource } from '../../../../release/metrics';
import { countingSource } from '../../../../release/metrics/observation';
import { istioNames } from '../../../../release/metrics/meaning/names';

type Labels = Readonly<Record<string, string>>;

/** A caller's sidecar: what it has counted at a time, since it started. */
export interface Caller {
  readonly pod: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** Requests so far, by outcome, at a moment; zero requests mean no series. */
  readonly counted: (at: number) => readonly { readonly labels: Labels; readonly value: number }[];
}

/** A server that scrapes callers, each at its own phase, and stores under labels of its own. */
export interface Scraper {
  readonly labels: Labels;
  readonly intervalMs: number;
  readonly phaseMs: number;
  /** When it began to scrape a caller. Default: always. */
  readonly knows?: (caller: Caller) => number;
}

const isAlive = ({ startedAt, endedAt = Infinity }: Caller, at: number) => at >= startedAt && at < endedAt;

/** The scrapes of a caller in a window, oldest first. */
function scrapesOf(caller: Caller, scraper: Scraper, from: number, to: number): number[] {
  const { intervalMs, phaseMs, knows } = scraper;
  const first = Math.max(from, knows?.(caller) ?? -Infinity);
  const times: number[] = [];
  for (
    let at = Math.ceil((first - phaseMs) / intervalMs) * intervalMs + phaseMs;
    at <= to;
    at += intervalMs
  ) {
    if (isAlive(caller, at)) times.push(at);
  }
  return times;
}

/** What a store answers: of each series the newest value in the window, and when each live target was last scraped. */
function answer(callers: readonly Caller[], scrapers: readonly Scraper[], from: number, at: number) {
  const requests: Counter[] = [];
  const proxies: ProxyTime[] = [];
  for (const caller of callers) {
    for (const scraper of scrapers) {
      const last = scrapesOf(caller, scraper, from, at).at(-1);
      if (last === undefined) continue;
      const own = { ...scraper.labels, pod: caller.pod, namespace: 'prod' };
      for (const { labels, value } of caller.counted(last)) {
        if (value > 0) requests.push({ labels: { ...labels, ...own }, value });
      }
      // A target that vanished is marked stale one interval later, and has no newest sample any more.
      if (isAlive(caller, at) || at - last < scraper.intervalMs) proxies.push({ labels: own, readAt: last });
    }
  }
  return { requests, proxies };
}

export interface Play {
  readonly callers: readonly Caller[];
  readonly scrapers: readonly Scraper[];
  /** Whether one of the scrapers answers each time, in turn, as behind one address. Default: all together. */
  readonly oneAtATime?: boolean;
  readonly maxAgeMs?: number;
}

/** A source whose store is played, and its clock. */
export class PlayedStore {
  now = 0;
  private turn = 0;
  readonly source: MetricSource;

  constructor(play: Play) {
    const maxAgeMs = play.maxAgeMs ?? 45_000;
    this.source = countingSource({
      ...{ name: 'played', describe: 'a played store', now: () => this.now, names: istioNames },
      ...{ maxAgeMs, remembers: true, queries: () => [] },
      snapshot: (_, { at, since }): Promise<Snapshot> => {
        const { scrapers, callers } = play;
        this.turn += 1;
        const asked = play.oneAtATime === true ? [scrapers[this.turn % scrapers.length]!] : scrapers;
        return Promise.resolve({ at, buckets: [], ...answer(callers, asked, since - maxAgeMs, at) });
      },
    });
  }
}

export const series = (version: string, code = '200', more: Labels = {}): Labels => ({
  destination_version: version,
  destination_workload: version === 'unknown' ? 'unknown' : `reviews-${version}`,
  destination_canonical_revision: version === 'unknown' ? 'latest' : version,
  ...{ response_code: code, response_flags: '-', request_protocol: 'http', grpc_response_status: '' },
  ...more,
});

/** A caller of a steady rate: requests a second by labels, from a moment on, after what it had counted before. */
export const steady = (
  pod: string,
  rates: readonly { labels: Labels; perSecond: number; from?: number; before?: number; until?: number }[],
  { startedAt = -Infinity, endedAt }: Partial<Pick<Caller, 'startedAt' | 'endedAt'>> = {},
): Caller => ({
  ...{ pod, startedAt, endedAt },
  counted: (at) =>
    rates.map(({ labels, perSecond, from = 0, before = 0, until = Infinity }) => ({
      labels,
      value: before + Math.max(0, Math.floor((perSecond * (Math.min(at, until) - from)) / 1_000)),
    })),
});

/** Watches a played store for a time. */
export async function watch(
  play: Play,
  { from, forMs, everyMs = 5_000 }: { from: number; forMs: number; everyMs?: number },
) {
  const store = new PlayedStore(play);
  store.now = from;
  const observation = await store.source.begin({
    service: 'reviews',
    namespace: 'prod',
    versions: ['v1', 'v2'],
  });
  let look = await observation.look();
  for (let at = from + everyMs; at <= from + forMs; at += everyMs) {
    store.now = at;
    look = await observation.look();
  }
  const of = (version: string): Measured => {
    const found = look.evidence[version];
    if (found?.kind !== 'measured') throw new Error(`no evidence: ${JSON.stringify(found)}`);
    return found;
  };
  return { look, v1: of('v1'), v2: look.evidence['v2'], of };
}
