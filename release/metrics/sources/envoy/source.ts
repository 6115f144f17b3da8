import { send, shownAddress, type HttpPolicy } from '../../../http';
import type { Now } from '../../clock';
import type { Counter, ProxyTime, Snapshot } from '../../counting/reading';
import { istioNames, type MetricNames } from '../../meaning/names';
import type { ErrorSettings } from '../../meaning/outcome';
import type { MetricSource, Scope } from '../../model';
import { countingSource } from '../../observation';
import { inTurns, SourceTrouble } from '../../trouble';
import {
  CLUSTER_FILTER,
  clusterNames,
  ISTIO_FILTER,
  type ProxyReading,
  readIstio,
  readStatsJson,
  readStatsPrometheus,
} from './stats';

/** Which proxies are read, and what of them. */
export interface EnvoyOptions {
  /**
   * The addresses of every proxy that calls the service (gateway and callers' sidecars): `http://10.0.0.7:15090`. A function
   * is asked at each look, for callers come and go.
   */
  readonly admins: readonly string[] | ((signal?: AbortSignal) => Promise<readonly string[]>);
  /**
   * `istio` (default) reads the metrics of Istio's filter, which a stock sidecar serves on its ports 15090 and 15020. `json`
   * and `prometheus` read Envoy's own statistics of clusters at its admin port, which Istio's inclusion list leaves out.
   */
  readonly format?: 'istio' | 'json' | 'prometheus';
  readonly errors?: ErrorSettings;
  readonly http?: HttpPolicy;
  readonly now?: Now;
}

interface Format {
  readonly path: string;
  readonly names: (scope: Scope) => MetricNames;
  readonly read: (text: string, scope: Scope, what: string) => ProxyReading;
}

const clusterFilter = encodeURIComponent(CLUSTER_FILTER);

const formats: Readonly<Record<NonNullable<EnvoyOptions['format']>, Format>> = {
  istio: {
    path: `/stats/prometheus?filter=${encodeURIComponent(ISTIO_FILTER)}`,
    names: istioNames,
    read: (text, scope, what) => readIstio(text, istioNames(scope), what),
  },
  json: {
    path: `/stats?format=json&histogram_buckets=cumulative&filter=${clusterFilter}`,
    names: clusterNames,
    read: readStatsJson,
  },
  prometheus: {
    path: `/stats?format=prometheus&filter=${clusterFilter}`,
    names: clusterNames,
    read: readStatsPrometheus,
  },
};

/** Proxies that are read at a time: an answer can be megabytes. */
const AT_A_TIME = 8;
/** Without an answer for this long a proxy's counts have stopped. Milliseconds. */
const MAX_AGE_MS = 60_000;

/**
 * Reads the proxies themselves: no scrape interval, no delay but the 5 s in which Envoy merges its histograms.
 *
 * All proxies of the list must answer: a count that lacks one would shift the share. One that is no longer listed keeps what
 * it had counted.
 */
export function envoySource(options: EnvoyOptions): MetricSource {
  const now = options.now ?? Date.now;
  const { path, names, read } = formats[options.format ?? 'istio'];
  const addresses = async (signal?: AbortSignal): Promise<readonly string[]> => {
    if (typeof options.admins !== 'function') return options.admins;
    try {
      return await options.admins(signal);
    } catch (cause) {
      signal?.throwIfAborted();
      const { message } = cause as Error;
      throw new SourceTrouble('unreachable', `the list of proxies cannot be read: ${message}`);
    }
  };

  const readOne = async (admin: string, scope: Scope, signal?: AbortSignal): Promise<ProxyReading> => {
    const { text } = await send({ url: `${admin.replace(/\/{1,8}$/, '')}${path}` }, options.http, signal);
    return read(text, scope, `Envoy at ${shownAddress(admin)}`);
  };

  return countingSource({
    name: 'envoy',
    describe: Array.isArray(options.admins)
      ? `${options.admins.length} Envoy admin ports`
      : 'the proxies of all callers',
    ...{ now, names, errors: options.errors, maxAgeMs: MAX_AGE_MS, remembers: false },
    queries: () => [path],
    snapshot: async (scope, _, signal): Promise<Snapshot> => {
      const list = [...new Set(await addresses(signal))];
      if (list.length === 0) throw new SourceTrouble('empty', 'no proxy is listed');
      const requests: Counter[] = [];
      const buckets: Counter[] = [];
      const proxies: ProxyTime[] = [];
      await inTurns(AT_A_TIME, list, async (instance) => {
        const reading = await readOne(instance, scope, signal);
        const own = ({ labels, value }: Counter): Counter => ({ labels: { ...labels, instance }, value });
        const readAt = now();
        requests.push(...reading.requests.map(own));
        buckets.push(...reading.buckets.map(own));
        const startedAt = reading.uptime === undefined ? undefined : readAt - reading.uptime * 1_000;
        proxies.push({ labels: { instance }, readAt, startedAt });
      });
      return { at: now(), requests, buckets, proxies };
    },
  });
}
