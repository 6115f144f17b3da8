import { conceal, send, shownAddress, type HttpPolicy } from '../../../http';
import { dateHeader, type Now, skew } from '../../clock';
import type { Snapshot } from '../../counting/reading';
import { istioNames, type MetricNames } from '../../meaning/names';
import type { ErrorSettings } from '../../meaning/outcome';
import type { MetricSource, OwnQuery, Scope } from '../../model';
import { answerOf, type Asked, countingSource } from '../../observation';
import { SourceTrouble } from '../../trouble';
import type { Access } from './access';
import { readNumber, readParts } from './answer';
import { lookQuery } from './query';

/** Where a Prometheus is, how it is asked and how its counters are called. */
export interface PrometheusOptions {
  /** Address up to, not with, `/api/v1`: `http://prometheus.monitoring:9090`. */
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  /** What goes with each request; never part of a message. Default: nothing. */
  readonly access?: () => Promise<Access>;
  /** Default: Istio's standard metrics as the callers count them. */
  readonly names?: (scope: Scope) => MetricNames;
  readonly errors?: ErrorSettings;
  readonly replicaLabels?: readonly string[];
  /** How often the proxies are scraped. Samples may be three intervals old. Milliseconds, default 15,000. */
  readonly scrapeIntervalMs?: number;
  readonly http?: HttpPolicy;
  readonly now?: Now;
}

/**
 * Without it VictoriaMetrics answers for 30 s ago (app/vmselect/prometheus/prometheus.go queryHandler); others pass over
 * what they do not know.
 */
const NO_CACHE = { nocache: '1' };

/** A server's date is in whole seconds, and the answer takes its time. */
const DATE_PRECISION_MS = 2_000;

/** Reads a Prometheus, or whatever speaks its HTTP API: Thanos, Mimir, VictoriaMetrics. */
export function prometheusSource(options: PrometheusOptions): MetricSource {
  const now = options.now ?? Date.now;
  const names = options.names ?? istioNames;
  const method = options.method ?? 'POST';
  const maxAgeMs = 3 * (options.scrapeIntervalMs ?? 15_000);
  const base = options.url.replace(/\/{1,8}$/, '');
  const what = `Prometheus at ${shownAddress(base)}`;
  let aheadMs = 0;

  const ask = async (form: Record<string, string>, access: Access, signal?: AbortSignal) => {
    const query = new URLSearchParams({ ...NO_CACHE, ...access.query, ...form }).toString();
    const sent = now();
    const answer = await send(
      {
        url: `${base}/api/v1/query${method === 'GET' ? `?${query}` : ''}`,
        method,
        headers: {
          ...access.headers,
          ...(method === 'GET' ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(method === 'GET' ? {} : { body: query }),
        tls: access.tls,
        secrets: access.secrets,
      },
      options.http,
      signal,
    );
    const server = dateHeader(answer.headers);
    if (server !== undefined) aheadMs = skew(server, sent, now(), DATE_PRECISION_MS).aheadMs;
    return answer.text;
  };

  /** Reaches back to the look before, and by what a sample may be old. */
  const query = (scope: Scope, { at, since }: Asked) =>
    lookQuery(names(scope), scope, Math.ceil((at - since + maxAgeMs) / 1_000));

  const open = async (): Promise<Access> =>
    (await options.access?.()) ?? { headers: {}, query: {}, secrets: [] };

  /** Reads an answer; what is told of trouble with it holds no secret. */
  const reading = <T>({ secrets }: Access, read: () => T): T => {
    try {
      return read();
    } catch (thrown) {
      if (!(thrown instanceof SourceTrouble)) throw thrown;
      throw new SourceTrouble(thrown.reason, conceal(thrown.message, secrets));
    }
  };

  const number = async (query: OwnQuery, signal?: AbortSignal): Promise<number> => {
    if (query.language !== 'promql') throw new SourceTrouble('refused', `${what} speaks promql only`);
    const access = await open();
    const text = await ask({ query: query.text, time: String((now() + aheadMs) / 1_000) }, access, signal);
    return reading(access, () => readNumber(text, what));
  };

  const source = countingSource({
    ...{ name: 'prometheus', describe: what, now, names, maxAgeMs, remembers: true },
    ...{ errors: options.errors, replicaLabels: options.replicaLabels },
    queries: (scope, asked) => [query(scope, asked)],
    snapshot: async (scope, asked, signal): Promise<Snapshot> => {
      const access = await open();
      const text = await ask(
        { query: query(scope, asked), time: String((asked.at + aheadMs) / 1_000) },
        access,
        signal,
      );
      const { requests, buckets, read } = reading(access, () => readParts(text, aheadMs, what));
      const bucketsGap =
        names(scope).buckets === undefined ? 'no metric for latency is named in the settings' : undefined;
      return { at: asked.at, requests, buckets, proxies: read, bucketsGap };
    },
  });
  return { ...source, ask: answerOf(number) };
}
