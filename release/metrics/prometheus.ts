import { z } from 'zod';
import { send, shownAddress, type HttpPolicy } from '../http';
import type { Gathered } from './assemble';
import { type Now, skew } from './clock';
import { counterValue, type CounterSeries } from './counters';
import { istioNames, type MetricNames, readingOf } from './labels';
import type { MetricSource, Scope, Window } from './model';
import { matchers } from './promql';
import { queriedSource } from './queried';
import { all, readJson, SourceTrouble } from './trouble';

/** Where a Prometheus is and how its counters are called. */
export interface PrometheusOptions {
  /** Address up to, not with, `/api/v1`: `http://prometheus.monitoring:9090`. */
  readonly url: string;
  /** Sent as a bearer token; never part of a message. */
  readonly token?: string;
  /** Default: Istio's standard metrics as the callers count them. */
  readonly names?: (scope: Scope) => MetricNames;
  /** How often the proxies are scraped. Samples may be three intervals old. Milliseconds, default 15,000. */
  readonly scrapeIntervalMs?: number;
  readonly http?: HttpPolicy;
  readonly now?: Now;
}

const labels = z.record(z.string(), z.string());

/** `/api/v1/query` as documented; what is unknown is let pass, what is known has its documented type. */
const answerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.object({
      resultType: z.literal('matrix'),
      result: z.array(
        z.object({ metric: labels, values: z.array(z.tuple([z.number(), z.string()])).min(1) }),
      ),
    }),
    warnings: z.array(z.string()).optional(),
  }),
  z.object({ status: z.literal('error'), errorType: z.string().optional(), error: z.string().optional() }),
]);

const timeSchema = z.object({
  status: z.literal('success'),
  data: z.object({ resultType: z.literal('scalar'), result: z.tuple([z.number(), z.string()]) }),
});

/**
 * Reads a Prometheus, or whatever speaks its HTTP API.
 *
 * It asks for the raw samples (`metric{…}[window]` at one instant) and adds them up here, instead of
 * `increase(metric[window])`: that extrapolates to fractions of requests and does not see the first value of a counter
 * that was born in the window, which is exactly where the errors of a new version are. A range query would repeat the
 * last sample of a dead target for five minutes, so staleness would not show.
 */
export function prometheusSource(options: PrometheusOptions): MetricSource {
  const now = options.now ?? Date.now;
  const names = options.names ?? istioNames;
  const maxAgeMs = 3 * (options.scrapeIntervalMs ?? 15_000);
  const base = options.url.replace(/\/+$/, '');
  const what = `Prometheus at ${shownAddress(base)}`;
  let aheadMs: number | undefined;

  const ask = async <S extends z.ZodType>(form: Record<string, string>, schema: S, signal?: AbortSignal) => {
    const answer = await send(
      {
        url: `${base}/api/v1/query`,
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
        },
        body: new URLSearchParams(form).toString(),
        secrets: options.token === undefined ? [] : [options.token],
      },
      options.http,
      signal,
    );
    return readJson(answer.text, schema, what);
  };

  const ahead = async (signal?: AbortSignal): Promise<number> => {
    if (aheadMs !== undefined) return aheadMs;
    const sent = now();
    const { data } = await ask({ query: 'time()' }, timeSchema, signal);
    const serverMs = counterValue(data.result[1], what) * 1_000;
    return (aheadMs = skew(serverMs, sent, now(), 1_000).aheadMs);
  };

  /** The window reaches back by what a sample may be old, so that the counters' values at its beginning are known. */
  const range = ({ from, to }: Window) => Math.ceil((to - from + maxAgeMs) / 1_000);
  const query = (metric: string, scope: Scope, window: Window) =>
    `${metric}${matchers(names(scope), scope)}[${range(window)}s]`;

  const series = async (
    text: string,
    at: number,
    offset: number,
    signal?: AbortSignal,
  ): Promise<CounterSeries[]> => {
    const answer = await ask({ query: text, time: String((at + offset) / 1_000) }, answerSchema, signal);
    if (answer.status === 'error') {
      throw new SourceTrouble(
        'refused',
        `${what} refuses the query: ${(answer.error ?? 'no reason given').slice(0, 200)}`,
      );
    }
    if (answer.warnings !== undefined && answer.warnings.length > 0) {
      throw new SourceTrouble('partial', `${what} warns: ${answer.warnings.join('; ').slice(0, 200)}`);
    }
    return answer.data.result.map(({ metric, values }) => ({
      labels: metric,
      samples: values.map(([time, value]) => [time * 1_000 - offset, counterValue(value, what)] as const),
    }));
  };

  const queries = (scope: Scope, window: Window) => {
    const { requests, buckets } = names(scope);
    return [requests, ...(buckets === undefined ? [] : [buckets])].map((metric) =>
      query(metric, scope, window),
    );
  };

  return queriedSource({
    name: 'prometheus',
    describe: what,
    now,
    reading: (scope) => readingOf(names(scope), scope),
    queries,
    gather: async (scope, window, signal): Promise<Gathered> => {
      const offset = await ahead(signal);
      const [requests = [], buckets] = await all(
        queries(scope, window).map((text) => series(text, window.to, offset, signal)),
      );
      return {
        window,
        requests,
        buckets: buckets ?? [],
        bucketsGap: buckets === undefined ? 'no metric for latency is named in the settings' : undefined,
        queries: queries(scope, window),
        maxAgeMs,
      };
    },
  });
}
