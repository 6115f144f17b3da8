import { conceal, send, shownAddress, type HttpPolicy } from '../http';
import type { Gathered } from './assemble';
import { dateHeader, type Now, skew } from './clock';
import { readGuance } from './guanceAnswer';
import { istioNames, type MetricNames, readingOf } from './labels';
import type { MetricSource, Scope, Window } from './model';
import { matchers } from './promql';
import { queriedSource } from './queried';
import { SourceTrouble } from './trouble';

/** Where DataKit's data is read back from. */
export interface GuanceOptions {
  /** The OpenAPI's address: `https://openapi.guance.com`. */
  readonly url: string;
  /** The `DF-API-KEY`; never part of a message. */
  readonly apiKey: string;
  /** The measurement that DataKit writes the proxies' metrics into. Default `istio_prom`. */
  readonly measurement?: string;
  /**
   * `promql` (default) keeps every tag, so that each counter stays one series. `dql` groups by the tags named here,
   * which must be enough to tell any two counters apart: two in one group would look like one that restarts all the time.
   */
  readonly form?: 'promql' | 'dql';
  /** Tags besides version, code and bound that a DQL query groups by. Default: pod_name, response_flags, connection_security_policy, destination_workload. */
  readonly groupBy?: readonly string[];
  readonly names?: (scope: Scope) => MetricNames;
  /** How often DataKit scrapes. Milliseconds, default 30,000. */
  readonly scrapeIntervalMs?: number;
  readonly http?: HttpPolicy;
  readonly now?: Now;
}

/** More series than this are cut off by the service. */
const SERIES_LIMIT = 5_000;
/** Points that the service gives at most for one series; a longer window gets longer slices. */
const POINT_LIMIT = 720;

const dqlText = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
const dqlName = (name: string): string => `\`${name.replaceAll('`', '')}\``;

/**
 * Reads Guance (TrueWatch) over query_data_v1.
 *
 * Both forms ask for the last value of each counter in slices of one scrape interval, and the rise is added up here, for
 * the reasons given at the Prometheus source. A slice without sample stays empty, so that stale data shows.
 */
export function guanceSource(options: GuanceOptions): MetricSource {
  const now = options.now ?? Date.now;
  const names = options.names ?? istioNames;
  const measurement = options.measurement ?? 'istio_prom';
  const scrapeMs = options.scrapeIntervalMs ?? 30_000;
  const maxAgeMs = 3 * scrapeMs;
  const base = options.url.replace(/\/+$/, '');
  const what = `Guance at ${shownAddress(base)}`;
  const groupBy = options.groupBy ?? [
    'pod_name',
    'response_flags',
    'connection_security_policy',
    'destination_workload',
  ];

  const sliceSeconds = ({ from, to }: Window) =>
    Math.max(Math.ceil(scrapeMs / 1_000), Math.ceil((to - from + maxAgeMs) / 1_000 / (POINT_LIMIT - 20)));

  const promql = (metric: string, scope: Scope, window: Window) =>
    `last_over_time(${measurement}:${metric}${matchers(names(scope), scope)}[${sliceSeconds(window)}s])`;

  const dql = (metric: string, scope: Scope, isBucket: boolean) => {
    const { selector, versionLabel, versionPattern, codeLabel, boundLabel } = names(scope);
    if (versionPattern !== undefined) {
      throw new SourceTrouble('refused', 'versions inside of a label need form: promql');
    }
    const where = [
      ...Object.entries(selector).map(([tag, value]) => `${dqlName(tag)} = ${dqlText(value)}`),
      `${dqlName(versionLabel)} IN [${scope.versions.map(dqlText).join(', ')}]`,
    ].join(' AND ');
    const by = [versionLabel, codeLabel, ...(isBucket ? [boundLabel] : []), ...groupBy]
      .map(dqlName)
      .join(', ');
    return `M::${dqlName(measurement)}:(last(${dqlName(metric)})) { ${where} } BY ${by}`;
  };

  const queries = (scope: Scope, window: Window) => {
    const { requests, buckets } = names(scope);
    return [requests, ...(buckets === undefined ? [] : [buckets])].map((metric, i) =>
      options.form === 'dql' ? dql(metric, scope, i === 1) : promql(metric, scope, window),
    );
  };

  const body = (texts: readonly string[], window: Window, offset: number) =>
    JSON.stringify({
      queries: texts.map((q) => ({
        qtype: options.form ?? 'promql',
        query: {
          q,
          ...(options.form === 'dql' ? {} : { promqlType: 'rangeQuery' }),
          timeRange: [Math.floor(window.from - maxAgeMs + offset), Math.ceil(window.to + offset)],
          interval: sliceSeconds(window),
          maxPointCount: POINT_LIMIT,
          slimit: SERIES_LIMIT,
          disable_sampling: true,
          ignore_cache: true,
        },
      })),
    });

  const readAll = async (scope: Scope, window: Window, offset: number, signal?: AbortSignal) => {
    const texts = queries(scope, window);
    const sent = now();
    const answer = await send(
      {
        url: `${base}/api/v1/df/query_data_v1`,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'DF-API-KEY': options.apiKey },
        body: body(texts, window, offset),
        secrets: [options.apiKey],
      },
      options.http,
      signal,
    );
    const server = dateHeader(answer.headers);
    const received = now();
    try {
      const lists = readGuance(answer.text, texts.length, SERIES_LIMIT, what);
      return { aheadMs: server === undefined ? 0 : skew(server, sent, received, 2_000).aheadMs, lists };
    } catch (thrown) {
      if (!(thrown instanceof SourceTrouble)) throw thrown;
      throw new SourceTrouble(thrown.reason, conceal(thrown.message, [options.apiKey]));
    }
  };

  let offset = 0;
  return queriedSource({
    name: 'guance',
    describe: what,
    now,
    reading: (scope) => readingOf(names(scope), scope),
    queries,
    gather: async (scope, window, signal): Promise<Gathered> => {
      const { lists, aheadMs } = await readAll(scope, window, offset, signal);
      offset = aheadMs;
      const [requests = [], buckets] = lists;
      const ours = (list: typeof requests) =>
        list.map(({ labels, samples }) => ({
          labels,
          samples: samples.map(([at, value]) => [at - aheadMs, value] as const),
        }));
      return {
        window,
        requests: ours(requests),
        buckets: ours(buckets ?? []),
        bucketsGap: buckets === undefined ? 'no metric for latency is named in the settings' : undefined,
        queries: queries(scope, window),
        maxAgeMs,
      };
    },
  });
}
