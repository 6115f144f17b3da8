import { conceal, send, shownAddress, type HttpPolicy } from '../../../http';
import { dateHeader, type Now, skew } from '../../clock';
import type { ProxyTime, Snapshot } from '../../counting/reading';
import { istioNames, type MetricNames } from '../../meaning/names';
import type { ErrorSettings } from '../../meaning/outcome';
import type { MetricSource, OwnQuery, Scope } from '../../model';
import { answerOf, type Asked, countingSource } from '../../observation';
import { matchers } from '../../promql';
import { SourceTrouble } from '../../trouble';
import { type NewestValue, readGuance, readNumber } from './answer';

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
  /** Tags besides version, outcome and bound that a DQL query groups by. Default: pod_name, namespace. */
  readonly groupBy?: readonly string[];
  readonly names?: (scope: Scope) => MetricNames;
  readonly errors?: ErrorSettings;
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
 * Both forms ask for the last value of each counter in slices of one scrape interval, from the look before on; what counters
 * rise by is added up here. A slice without sample stays empty, so that stale data shows.
 */
export function guanceSource(options: GuanceOptions): MetricSource {
  const now = options.now ?? Date.now;
  const names = options.names ?? istioNames;
  const measurement = options.measurement ?? 'istio_prom';
  const scrapeMs = options.scrapeIntervalMs ?? 30_000;
  const maxAgeMs = 3 * scrapeMs;
  const base = options.url.replace(/\/+$/, '');
  const what = `Guance at ${shownAddress(base)}`;
  const groupBy = options.groupBy ?? ['pod_name', 'namespace'];

  const windowOf = ({ at, since }: Asked) => ({ from: since - maxAgeMs, to: at });
  const sliceSeconds = (asked: Asked) => {
    const { from, to } = windowOf(asked);
    return Math.max(Math.ceil(scrapeMs / 1_000), Math.ceil((to - from) / 1_000 / (POINT_LIMIT - 20)));
  };

  const promql = (metric: string, scope: Scope, asked: Asked) =>
    `last_over_time(${measurement}:${metric}${matchers(names(scope), scope)}[${sliceSeconds(asked)}s])`;

  const dql = (metric: string, scope: Scope, isBucket: boolean) => {
    const { selector, versionLabel, versionPattern, boundLabel, unknownVersions, ...labels } = names(scope);
    if (versionPattern !== undefined) {
      throw new SourceTrouble('refused', 'versions inside of a label need form: promql');
    }
    const { codeLabel, flagsLabel, protocolLabel, grpcLabel, workloadLabel, revisionLabel } = labels;
    const versions = [...scope.versions, ...unknownVersions];
    const where = [
      ...Object.entries(selector).map(
        ([tag, value]) => `${dqlName(tag)} IN [${[value].flat().map(dqlText).join(', ')}]`,
      ),
      `${dqlName(versionLabel)} IN [${versions.map(dqlText).join(', ')}]`,
    ].join(' AND ');
    const outcome = isBucket ? [boundLabel] : [codeLabel, flagsLabel, protocolLabel, grpcLabel];
    const by = [versionLabel, workloadLabel, revisionLabel, ...outcome, ...groupBy]
      .filter((tag) => tag !== undefined)
      .map(dqlName)
      .join(', ');
    return `M::${dqlName(measurement)}:(last(${dqlName(metric)})) { ${where} } BY ${by}`;
  };

  const queries = (scope: Scope, asked: Asked) => {
    const { requests, buckets } = names(scope);
    return [requests, ...(buckets === undefined ? [] : [buckets])].map((metric, i) =>
      options.form === 'dql' ? dql(metric, scope, i === 1) : promql(metric, scope, asked),
    );
  };

  /** What each query of a request has besides its text. */
  const bounded = {
    maxPointCount: POINT_LIMIT,
    slimit: SERIES_LIMIT,
    disable_sampling: true,
    ignore_cache: true,
  };

  const lookBody = (texts: readonly string[], asked: Asked) =>
    texts.map((q) => ({
      qtype: options.form ?? 'promql',
      query: {
        q,
        ...(options.form === 'dql' ? {} : { promqlType: 'rangeQuery' }),
        timeRange: [Math.floor(windowOf(asked).from + offset), Math.ceil(windowOf(asked).to + offset)],
        interval: sliceSeconds(asked),
        ...bounded,
      },
    }));

  /** One value: at an instant, or of everything since the oldest sample that still says something of now. */
  const numberBody = ({ text: q, language }: OwnQuery) => {
    const to = now() + offset;
    return [
      {
        qtype: language,
        query: {
          q,
          ...(language === 'dql'
            ? { interval: Math.ceil(maxAgeMs / 1_000) }
            : { promqlType: 'instantQuery' }),
          timeRange: [Math.floor(to - maxAgeMs), Math.ceil(to)],
          ...bounded,
        },
      },
    ];
  };

  /** Sends queries and reads their answer; what is told of trouble holds no secret. */
  const ask = async <T>(queries: readonly object[], read: (text: string) => T, signal?: AbortSignal) => {
    const sent = now();
    const answer = await send(
      {
        url: `${base}/api/v1/df/query_data_v1`,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'DF-API-KEY': options.apiKey },
        body: JSON.stringify({ queries }),
        secrets: [options.apiKey],
      },
      options.http,
      signal,
    );
    const server = dateHeader(answer.headers);
    const received = now();
    try {
      const value = read(answer.text);
      offset = server === undefined ? 0 : skew(server, sent, received, 2_000).aheadMs;
      return value;
    } catch (thrown) {
      if (!(thrown instanceof SourceTrouble)) throw thrown;
      throw new SourceTrouble(thrown.reason, conceal(thrown.message, [options.apiKey]));
    }
  };

  let offset = 0;
  const source = countingSource({
    ...{ name: 'guance', describe: what, now, names, maxAgeMs, remembers: true, queries },
    errors: options.errors,
    snapshot: async (scope, asked, signal): Promise<Snapshot> => {
      const texts = queries(scope, asked);
      const read = (text: string) => readGuance(text, texts.length, SERIES_LIMIT, what);
      const [requests = [], buckets] = await ask(lookBody(texts, asked), read, signal);
      return {
        at: asked.at,
        requests,
        buckets: buckets ?? [],
        proxies: requests.map(timeOf(offset)),
        bucketsGap: buckets === undefined ? 'no metric for latency is named in the settings' : undefined,
      };
    },
  });
  const number = (query: OwnQuery, signal?: AbortSignal) =>
    ask(numberBody(query), (text) => readNumber(text, SERIES_LIMIT, what), signal);
  return { ...source, ask: answerOf(number) };
}

/** A proxy was read when its newest counter was. */
const timeOf =
  (aheadMs: number) =>
  ({ labels, at }: NewestValue): ProxyTime => ({ labels, readAt: at - aheadMs });
