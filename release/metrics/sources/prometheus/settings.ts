import { z } from 'zod';
import { rule } from '../../../../components/validation';
import { address, duration, label, word } from '../../fields';
import { accessFields, withAccessRules } from './access';

const server = rule(address, (value) =>
  /\/api\/v1(\/query)?\/?$/.test(value)
    ? ['holds the path of the API', 'end it before /api/v1, such as https://mimir.example.com/prometheus']
    : undefined,
);

const fields = z.strictObject({
  url: server.describe(
    'Address up to, and without, `/api/v1`: the prefix of Thanos, Mimir or VictoriaMetrics belongs to it.',
  ),
  ...accessFields,
  method: word('POST', 'GET')
    .optional()
    .describe(
      'How queries are sent; `GET` where something in between lets nothing else pass. Default `POST`.',
    ),
  scrapeInterval: duration
    .optional()
    .describe(
      'How often the proxies are scraped; a sample may be three of them old. Default `15s`; Prometheus itself scrapes every `1m`, its operator every `30s`.',
    ),
  names: word('istio', 'envoy', 'own')
    .optional()
    .describe(
      'Whose names the series bear. With `own` nothing is assumed, and requests, versionLabel, codeLabel and selector say all. Default `istio`.',
    ),
  requests: label.optional().describe('The counter of requests. Default: by `names`.'),
  buckets: label.optional().describe('The histogram of latencies. Default: by `names`.'),
  versionLabel: label.optional().describe('A label that holds the version alone. Default: by `names`.'),
  codeLabel: label.optional().describe('The label with the HTTP status. Default: by `names`.'),
  bucketUnit: word('ms', 's').optional().describe("The unit of the histogram's bounds. Default `ms`."),
  selector: z
    .record(label, z.string())
    .optional()
    .describe(
      'Labels that every series must have, on top of those that `names` asks for; a label of those is replaced. Default: none.',
    ),
  replicaLabels: z
    .array(label)
    .optional()
    .describe(
      'Labels that tell copies of one series apart, on top of the usual ones such as `prometheus_replica`: of several copies one counts. Default: none.',
    ),
});

export const prometheusSchema = rule(
  withAccessRules(fields),
  ({ names, requests, versionLabel, codeLabel, selector }) => {
    if (names !== 'own') return undefined;
    const given = { requests, versionLabel, codeLabel, selector };
    const missing = Object.entries(given).flatMap(([key, value]) => (value === undefined ? [key] : []));
    return missing.length === 0
      ? undefined
      : [`has names of its own, but not ${missing.join(', ')}`, `add ${missing.join(', ')}`];
  },
);

export type PrometheusSettings = z.output<typeof fields>;
