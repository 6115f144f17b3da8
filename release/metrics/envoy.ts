import { send, shownAddress, type HttpPolicy } from '../http';
import type { Now } from './clock';
import {
  type ProxyReading,
  readStatsJson,
  readStatsPrometheus,
  STATS_FILTER,
  type SubsetCounters,
} from './envoyStats';
import { fromCumulative } from './histogram';
import { type Evidence, type Look, type MetricSource, noEvidence, type Scope } from './model';
import { all, asTrouble, SourceTrouble } from './trouble';

/** Which proxies are read. */
export interface EnvoyOptions {
  /**
   * The admin addresses of every proxy that calls the service (gateway and callers' sidecars): `http://10.0.0.7:15000`.
   * A function is asked at each look, for callers come and go.
   */
  readonly admins: readonly string[] | ((signal?: AbortSignal) => Promise<readonly string[]>);
  /** `json` (default) or `prometheus`, where a proxy in between lets only that pass. */
  readonly format?: 'json' | 'prometheus';
  readonly http?: HttpPolicy;
  readonly now?: Now;
}

/** Running sums of one proxy: what it counted since the observation began, over its restarts. */
interface Tally {
  readonly reading: ProxyReading;
  readonly at: number;
  readonly sums: Map<string, SubsetCounters>;
}

const nothing: SubsetCounters = { classes: {}, buckets: new Map() };

function addRise(
  sum: SubsetCounters,
  before: SubsetCounters,
  after: SubsetCounters,
  restarted: boolean,
): SubsetCounters {
  const rise = (then: number | undefined, later: number) =>
    restarted || then === undefined || later < then ? later : later - then;
  const classes = { ...sum.classes };
  for (const [name, value] of Object.entries(after.classes)) {
    classes[name] = (classes[name] ?? 0) + rise(before.classes[name], value);
  }
  const buckets = new Map(sum.buckets);
  for (const [bound, value] of after.buckets) {
    buckets.set(bound, (buckets.get(bound) ?? 0) + rise(before.buckets.get(bound), value));
  }
  return { classes, buckets };
}

/** A second of slack: uptime is in whole seconds. */
const hasRestarted = (before: Tally, reading: ProxyReading, at: number): boolean =>
  reading.uptime < before.reading.uptime || reading.uptime + 2 < (at - before.at) / 1_000;

function next(before: Tally | undefined, reading: ProxyReading, at: number, fresh: boolean): Tally {
  if (before === undefined) {
    // A proxy that was not there at the beginning counts from its own; one that was is the base line.
    const sums = fresh ? new Map(reading.subsets) : new Map<string, SubsetCounters>();
    return { reading, at, sums };
  }
  const restarted = hasRestarted(before, reading, at);
  const sums = new Map(before.sums);
  for (const [version, after] of reading.subsets) {
    const then = before.reading.subsets.get(version) ?? nothing;
    sums.set(version, addRise(sums.get(version) ?? nothing, then, after, restarted));
  }
  return { reading, at, sums };
}

function mergedEvidence(
  version: string,
  tallies: readonly Tally[],
  from: number,
  at: number,
  query: string,
): Evidence {
  const here = tallies.filter(({ reading, sums }) => reading.subsets.has(version) || sums.has(version));
  if (here.length === 0) {
    const detail = `no proxy has a subset ${version}: is the address that of a caller, and is the subset declared?`;
    return { kind: 'none', version, reason: 'empty', detail, queries: [query] };
  }
  const total = here.reduce(
    (sum, { sums }) => addRise(sum, nothing, sums.get(version) ?? nothing, true),
    nothing,
  );
  const requests = Object.values(total.classes).reduce((sum, count) => sum + count, 0);
  const base = {
    kind: 'measured' as const,
    version,
    window: { from, to: at },
    requests,
    errors: total.classes['5'] ?? 0,
    newestSample: at,
    series: here.length,
    queries: [query],
  };
  if (total.buckets.size === 0) return { ...base, latencyGap: 'no answer of this version was timed yet' };
  try {
    return { ...base, latency: fromCumulative(total.buckets, 'the latency histogram') };
  } catch (thrown) {
    return { ...base, latencyGap: asTrouble(thrown).message };
  }
}

/**
 * Reads the proxies themselves: no scrape interval, no delay but the 5 s in which Envoy merges its histograms.
 *
 * Counts are of completed requests by class of status, which includes the 503s that Envoy answers itself when it has no
 * healthy host. All proxies of the list must answer: a count that lacks one would shift the share. One that is no longer
 * listed keeps what it had counted.
 */
export function envoySource(options: EnvoyOptions): MetricSource {
  const now = options.now ?? Date.now;
  const path = `/stats?format=${options.format ?? 'json'}${
    options.format === 'prometheus' ? '' : '&histogram_buckets=cumulative'
  }&filter=${encodeURIComponent(STATS_FILTER)}`;
  const read = options.format === 'prometheus' ? readStatsPrometheus : readStatsJson;
  const addresses = async (signal?: AbortSignal): Promise<readonly string[]> => {
    if (typeof options.admins !== 'function') return options.admins;
    try {
      return await options.admins(signal);
    } catch (cause) {
      signal?.throwIfAborted();
      throw new SourceTrouble(
        'unreachable',
        `the list of proxies cannot be read: ${(cause as Error).message}`,
      );
    }
  };

  const readOne = async (admin: string, scope: Scope, signal?: AbortSignal): Promise<ProxyReading> => {
    const url = `${admin.replace(/\/+$/, '')}${path}`;
    const { text } = await send({ url }, options.http, signal);
    return read(text, scope, `Envoy at ${shownAddress(admin)}`);
  };

  const describe = Array.isArray(options.admins)
    ? `${options.admins.length} Envoy admin ports`
    : 'the Envoy admin ports of all callers';

  return {
    name: 'envoy',
    describe,
    begin: async (scope, { signal } = {}) => {
      const tallies = new Map<string, Tally>();
      let from = now();
      let begun = false;

      const readAll = async (during?: AbortSignal): Promise<readonly string[]> => {
        const list = [...new Set(await addresses(during))];
        const readings = await all(list.map((admin) => readOne(admin, scope, during)));
        const at = now();
        if (!begun) from = at;
        list.forEach((admin, i) => tallies.set(admin, next(tallies.get(admin), readings[i]!, at, begun)));
        // Nothing counts until every proxy has a base line.
        begun ||= list.length > 0;
        return list;
      };

      const look = async (during?: AbortSignal): Promise<Look> => {
        try {
          const first = !begun;
          const list = await readAll(during);
          const at = now();
          if (list.length === 0 || first) {
            const [reason, detail] =
              first && list.length > 0
                ? ([
                    'partial',
                    'the proxies could only now be read for the first time; counting begins here',
                  ] as const)
                : (['empty', 'no proxy is listed'] as const);
            return { at, source: 'envoy', evidence: noEvidence(scope, reason, detail, [path]) };
          }
          const all = [...tallies.values()];
          const one = (version: string) => mergedEvidence(version, all, from, at, path);
          return {
            at,
            source: 'envoy',
            evidence: Object.fromEntries(scope.versions.map((version) => [version, one(version)])),
          };
        } catch (thrown) {
          during?.throwIfAborted();
          const { reason, message } = asTrouble(thrown);
          return { at: now(), source: 'envoy', evidence: noEvidence(scope, reason, message, [path]) };
        }
      };

      try {
        await readAll(signal);
      } catch (thrown) {
        signal?.throwIfAborted();
        // The first look tries again; an observation that begins late is better than none.
        asTrouble(thrown);
      }
      return { look };
    },
  };
}
