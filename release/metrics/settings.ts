import { z } from 'zod';
import { durationMilliseconds } from '../../components/canary/pure';
import { examine, ProblemsError, rule, type Examples, type Problem } from '../../components/validation';
import { ReleaseError } from '../exitCodes';
import { isLoopback } from '../http';
import { envoySource } from './envoy';
import { guanceSource } from './guance';
import { envoyNames, istioNames } from './labels';
import type { MetricSource } from './model';
import { prometheusSource } from './prometheus';

const address = rule(z.string(), (value) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return ['is no http or https address', 'write one such as http://prometheus.monitoring:9090'];
  }
  if (url.username !== '' || url.search !== '') {
    return ['holds credentials or a query', 'write the address alone; keys are given as secrets'];
  }
  return undefined;
});

const duration = rule(z.string(), (value) => {
  const milliseconds = durationMilliseconds(value);
  return milliseconds !== undefined && milliseconds >= 1_000
    ? undefined
    : [`is ${JSON.stringify(value)}, not a duration of a second or more`, 'write one such as 15s'];
});

const variable = rule(z.string(), (value) =>
  /^[A-Za-z_]\w*$/.test(value)
    ? undefined
    : [
        'is not the name of an environment variable',
        'write the name of the variable that holds the secret, not the secret',
      ],
);

const named = rule(z.string(), (value) =>
  value === 'istio' || value === 'envoy' ? undefined : ['is neither istio nor envoy', 'write istio or envoy'],
).meta({ enum: ['istio', 'envoy'] });

const word = (...words: string[]) =>
  rule(z.string(), (value) =>
    words.includes(value) ? undefined : [`is not one of ${words.join(', ')}`, `write ${words.join(' or ')}`],
  ).meta({ enum: words });

const label = rule(z.string(), (value) =>
  /^[A-Za-z_][\w:]*$/.test(value)
    ? undefined
    : ['is not the name of a metric or label', 'use letters, digits and _ only'],
);

/** The shape of what a stack says of its metrics: exactly one source. */
export const metricsSchema = rule(
  z.strictObject({
    prometheus: z
      .strictObject({
        url: address,
        tokenVariable: variable
          .optional()
          .describe(
            "The environment variable with a bearer token. Default: none is sent, but for the stack's `metricsKey`.",
          ),
        scrapeInterval: duration.optional().describe('How often the proxies are scraped. Default `15s`.'),
        names: named.optional().describe('Whose names the series bear. Default `istio`.'),
        requests: label.optional().describe('The counter of requests. Default: by `names`.'),
        buckets: label.optional().describe('The histogram of latencies. Default: by `names`.'),
        versionLabel: label.optional().describe('A label that holds the version alone. Default: by `names`.'),
        codeLabel: label.optional().describe('The label with the HTTP status. Default: by `names`.'),
        bucketUnit: word('ms', 's').optional().describe("The unit of the histogram's bounds. Default `ms`."),
        selector: z
          .record(z.string(), z.string())
          .optional()
          .describe('Labels that every series must have. Default: by `names`.'),
      })
      .optional(),
    guance: z
      .strictObject({
        url: rule(address, (value) =>
          value.startsWith('https:') || isLoopback(value)
            ? undefined
            : ['would carry the key in the clear', 'write an https address'],
        ),
        keyVariable: variable
          .optional()
          .describe(
            'The environment variable with the API key, where the stack has no `metricsKey`. Default `DF_API_KEY`.',
          ),
        measurement: label
          .optional()
          .describe("The measurement that DataKit writes the proxies' metrics into. Default `istio_prom`."),
        form: word('promql', 'dql').optional().describe('The language of the queries. Default `promql`.'),
        groupBy: z
          .array(label)
          .optional()
          .describe('Labels to group by, beside version and status. Default: none.'),
        scrapeInterval: duration.optional().describe('How often the proxies are scraped. Default `30s`.'),
      })
      .optional(),
    envoy: z
      .strictObject({
        admins: z
          .array(address)
          .optional()
          .describe("Admin addresses of the callers' proxies. Default: those that the cluster tells."),
        format: word('json', 'prometheus')
          .optional()
          .describe('The form of the statistics that are asked for. Default `json`.'),
      })
      .optional(),
  }),
  (value) => {
    const given = Object.keys(value).length;
    return given === 1
      ? undefined
      : [
          given === 0 ? 'names no source' : 'names more than one source',
          'name one of prometheus, guance and envoy',
        ];
  },
).meta({ minProperties: 1, maxProperties: 1 });

/** Where a stack's gates read; exactly one of the three. */
export type MetricSettings = z.output<typeof metricsSchema>;

const examples: Examples = {
  url: 'https://openapi.guance.com',
  scrapeInterval: '15s',
  admins: '["http://10.0.0.7:15000"]',
  prometheus: '{ url: "http://prometheus.monitoring:9090" }',
};

/** Everything that is wrong with what a stack says of its metrics. */
export const metricProblems = (raw: unknown, path: string): readonly Problem[] =>
  examine(metricsSchema, raw, path, examples).problems;

/** The typed settings. @throws ProblemsError with everything that is wrong */
export function resolveMetricSettings(raw: unknown, path: string): MetricSettings {
  const { value, problems } = examine(metricsSchema, raw, path, examples);
  if (value === undefined) throw new ProblemsError('metrics', problems);
  return value;
}

/** What a source needs besides settings. */
export interface SourceSurroundings {
  /** Usually `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A key from the stack's secrets, which goes before the environment's. */
  readonly secret?: string;
  /** The callers' admin ports, where the settings name none. */
  readonly admins?: (signal?: AbortSignal) => Promise<readonly string[]>;
}

/** Name of the variable that Guance's key is read from by default; the header's own name is none a shell can set. */
export const GUANCE_KEY_VARIABLE = 'DF_API_KEY';

function missing(variableName: string): ReleaseError {
  return new ReleaseError(
    'usage',
    `the metrics source needs a key, but ${variableName} is not set and the stack has no secret for it`,
    `set ${variableName}, in CI as a masked variable`,
  );
}

const milliseconds = (text: string | undefined) =>
  text === undefined ? undefined : durationMilliseconds(text);

/** Makes the source that settings name. @throws ReleaseError (usage) when its key is missing */
export function sourceOf(settings: MetricSettings, around: SourceSurroundings): MetricSource {
  const { prometheus, guance, envoy } = settings;
  if (guance !== undefined) {
    const name = guance.keyVariable ?? GUANCE_KEY_VARIABLE;
    const apiKey = around.secret ?? around.env[name];
    if (apiKey === undefined || apiKey === '') throw missing(name);
    const { url, measurement, groupBy, scrapeInterval } = guance;
    const form = guance.form === 'dql' ? 'dql' : 'promql';
    return guanceSource({
      url,
      apiKey,
      measurement,
      groupBy,
      form,
      scrapeIntervalMs: milliseconds(scrapeInterval),
    });
  }
  if (prometheus !== undefined) {
    const name = prometheus.tokenVariable;
    const token = around.secret ?? (name === undefined ? undefined : around.env[name]);
    if (name !== undefined && (token === undefined || token === '')) throw missing(name);
    const { requests, buckets, versionLabel, codeLabel, bucketUnit, selector } = prometheus;
    return prometheusSource({
      url: prometheus.url,
      token,
      scrapeIntervalMs: milliseconds(prometheus.scrapeInterval),
      names: (scope) => {
        const base = (prometheus.names === 'envoy' ? envoyNames : istioNames)(scope);
        return {
          ...base,
          requests: requests ?? base.requests,
          buckets: buckets ?? base.buckets,
          // A label of one's own holds the version alone.
          ...(versionLabel === undefined ? {} : { versionLabel, versionPattern: undefined }),
          codeLabel: codeLabel ?? base.codeLabel,
          boundUnitMs: bucketUnit === 's' ? 1_000 : 1,
          selector: selector ?? base.selector,
        };
      },
    });
  }
  const admins = envoy?.admins ?? around.admins ?? [];
  return envoySource({ admins, format: envoy?.format === 'prometheus' ? 'prometheus' : 'json' });
}
