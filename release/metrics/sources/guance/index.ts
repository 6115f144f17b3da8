import { z } from 'zod';
import { rule } from '../../../../components/validation';
import { address, duration, keepsSecrets, label, milliseconds, variable, word } from '../../fields';
import { sourceKind } from '../../kind';
import { guanceSource } from './source';

/** Name of the variable that the key is read from by default; the header's own name is none a shell can set. */
const GUANCE_KEY_VARIABLE = 'DF_API_KEY';

const schema = z.strictObject({
  url: rule(address, (value) =>
    keepsSecrets(value) ? undefined : ['would carry the key in the clear', 'write an https address'],
  ),
  keyVariable: variable
    .optional()
    .describe(
      `The environment variable with the API key, where the stack has no \`metricsKey\`. Default \`${GUANCE_KEY_VARIABLE}\`.`,
    ),
  measurement: label
    .optional()
    .describe("The measurement that DataKit writes the proxies' metrics into. Default `istio_prom`."),
  form: word('promql', 'dql').optional().describe('The language of the queries. Default `promql`.'),
  groupBy: z
    .array(label)
    .optional()
    .describe(
      'With `dql`, the tags that tell one proxy from another, on top of version and outcome. Default `pod_name` and `namespace`.',
    ),
  scrapeInterval: duration.optional().describe('How often the proxies are scraped. Default `30s`.'),
});

/** Guance (TrueWatch), which DataKit feeds. */
export const guance = sourceKind({
  name: 'guance',
  schema,
  examples: { url: 'https://openapi.guance.com', scrapeInterval: '30s' },
  about: "Guance (TrueWatch), which DataKit feeds with what it scrapes of the callers' proxies.",
  example: { url: 'https://openapi.guance.com' },
  secretNames: { apiKey: 'The `DF-API-KEY` of the workspace.' },
  secrets: ({ keyVariable }) => [
    { name: 'apiKey', variable: keyVariable ?? GUANCE_KEY_VARIABLE, required: true },
  ],
  create: ({ url, measurement, form, groupBy, scrapeInterval }, { secrets, errors }) =>
    guanceSource({
      ...{ url, measurement, groupBy, errors, apiKey: secrets['apiKey'] ?? '' },
      form: form === 'dql' ? 'dql' : 'promql',
      scrapeIntervalMs: milliseconds(scrapeInterval),
    }),
  languages: ['promql', 'dql'],
  emptyHint:
    "send traffic, and see that DataKit's prom collector scrapes the callers' sidecars into the measurement",
});
