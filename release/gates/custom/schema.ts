import { z } from 'zod';
import { rule, rules, type Finding, type Located } from '../../../components/validation';
import { address, headerName, keepsSecrets, variable } from '../../metrics/fields';
import { count, duration } from '../fields';

/** What a query may name of the release, in double braces. */
const placeholders = ['version', 'service', 'namespace'] as const;

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** The names that a text has in double braces. */
const placeholdersIn = (text: string): readonly string[] =>
  [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name);

/** A query's text with the release's names in place. */
export const filledIn = (
  text: string,
  names: Readonly<Record<(typeof placeholders)[number], string>>,
): string => text.replace(PLACEHOLDER, (_, name: (typeof placeholders)[number]) => names[name]);

const checkName = rule(z.string(), (value): Finding | undefined =>
  /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/.test(value)
    ? undefined
    : [
        `is ${JSON.stringify(value)}, no name of a check`,
        'write at most 40 small letters, digits and -, such as checkout-rate',
      ],
).describe('What the check is called in findings and reports. At most 40 small letters, digits and `-`.');

const failures = (what: string, otherwise: '1' | '3') =>
  count(1, 1_000, otherwise)
    .optional()
    .describe(`${what} in a row that condemn the canary. Default ${otherwise}.`);

const query = rules(
  z.strictObject({
    name: checkName,
    query: z
      .string()
      .min(1)
      .describe(
        'What to ask, for one number. `{{version}}` stands for the version, `{{service}}` and `{{namespace}}` for the others.',
      ),
    language: rule(z.string(), (value) =>
      value === 'promql' || value === 'dql'
        ? undefined
        : ['is no language of queries', 'write promql or dql'],
    )
      .meta({ enum: ['promql', 'dql'] })
      .optional()
      .describe('`promql`, or `dql` with Guance. Default `promql`.'),
    below: z.number().optional().describe("The canary's number must be below this. Default: no bound."),
    above: z.number().optional().describe("The canary's number must be above this. Default: no bound."),
    ofStable: rule(
      z.strictObject({
        atMost: z
          .number()
          .positive()
          .optional()
          .describe("The canary's number is at most so many times the stable version's. Default: no bound."),
        atLeast: z
          .number()
          .positive()
          .optional()
          .describe("The canary's number is at least so many times the stable version's. Default: no bound."),
      }),
      ({ atMost, atLeast }) =>
        atMost === undefined && atLeast === undefined ? ['has no bound', 'add atMost or atLeast'] : undefined,
    )
      .optional()
      .describe('Compares with the same query of the stable version. Default: not compared.'),
    failures: failures('Numbers out of bounds', '3'),
  }),
  ({ query: text, below, above, ofStable }) => {
    const found: Located[] = [];
    const names = placeholdersIn(text);
    const unknown = names.filter((name) => !(placeholders as readonly string[]).includes(name));
    if (unknown.length > 0) {
      const known = placeholders.map((name) => `{{${name}}}`).join(', ');
      found.push({ key: 'query', finding: [`names {{${unknown[0]}}}, which is not known`, `use ${known}`] });
    }
    if (below === undefined && above === undefined && ofStable === undefined)
      found.push({ key: 'query', finding: ['has no bound', 'add below, above or ofStable'] });
    if (below !== undefined && above !== undefined && above >= below)
      found.push({
        key: 'above',
        finding: ['leaves nothing below the other bound', 'set above to less than below'],
      });
    if (ofStable !== undefined && !names.includes('version')) {
      found.push({
        key: 'ofStable',
        finding: ['compares two versions with one query', 'name {{version}} in the query'],
      });
    }
    return found;
  },
);

const webhook = rules(
  z.strictObject({
    name: checkName,
    url: address.describe('Where to post to.'),
    headerVariables: z
      .record(headerName, variable)
      .optional()
      .describe(
        'Headers to send: by header, the environment variable with the value. Never shown. Default: none.',
      ),
    every: duration(1_000, 3_600_000, '30s')
      .optional()
      .describe('From one call to the next, 1s to 1h. Default `30s`.'),
    timeout: duration(100, 60_000, '10s')
      .optional()
      .describe('How long an answer may take, at most 60s. Default `10s`.'),
    failures: failures('Answers of `fail`', '1'),
  }),
  ({ url, headerVariables }) =>
    headerVariables !== undefined && !keepsSecrets(url)
      ? [{ key: 'url', finding: ['would carry a secret in the clear', 'write an https address'] }]
      : [],
);

const job = z.strictObject({
  name: checkName,
  template: rule(z.record(z.string(), z.unknown()), (value) =>
    typeof value['spec'] === 'object' && value['spec'] !== null
      ? undefined
      : ['has no spec', 'write a pod template, such as { spec: { containers: [...] } }'],
  ).describe(
    'The pod template of the Job, as Kubernetes has it. Its containers get `RELEASE_SERVICE`, `RELEASE_NAMESPACE`, `RELEASE_STABLE`, `RELEASE_CANARY` and `RELEASE_WEIGHT`. Without a sidecar, and with `restartPolicy: Never`, unless it says otherwise.',
  ),
  every: duration(1_000, 86_400_000, '1m')
    .optional()
    .describe('How long after one run the next begins, 1s to 24h. Default: it runs once a step.'),
  timeout: duration(1_000, 3_600_000, '2m')
    .optional()
    .describe('How long a run may take, at most 1h; then it has failed. Default `2m`.'),
  failures: failures('Failed runs', '1'),
});

/** Names twice in one list. */
function twice(list: readonly { readonly name: string }[]): Finding | undefined {
  const names = list.map(({ name }) => name);
  const again = names.find((name, index) => names.indexOf(name) < index);
  return again === undefined ? undefined : [`names ${again} twice`, 'give each check a name of its own'];
}

/** The checks of one's own that a stack may list under `gates`. */
export const customFields = {
  queries: rule(z.array(query), twice)
    .optional()
    .describe('Queries to the source of metrics whose numbers have to keep to bounds. Default: none.'),
  webhooks: rule(z.array(webhook), twice)
    .optional()
    .describe('Addresses that are asked whether the canary is good. Default: none.'),
  jobs: rule(z.array(job), twice)
    .optional()
    .describe('Kubernetes Jobs that have to complete. Default: none.'),
};

const raw = z.object(customFields);
export type RawCustom = z.output<typeof raw>;
