import { gateProblems, resolveGateSettings } from '../../../../../release/gates';

const query = { name: 'rate', query: 'sum(rate(orders_total{version="{{version}}"}[1m]))', above: 5 };
const webhook = { name: 'checkout', url: 'https://checks.example.com/canary' };
const job = { name: 'smoke', template: { spec: { containers: [{ name: 'smoke', image: 'smoke:1' }] } } };

test('each list has its defaults', () => {
  expect(resolveGateSettings({ queries: [query], webhooks: [webhook], jobs: [job] }).custom).toEqual([
    { ...query, kind: 'query', language: 'promql', failures: 3 },
    { ...webhook, kind: 'webhook', headerVariables: {}, failures: 1, everyMs: 30_000, timeoutMs: 10_000 },
    { ...job, kind: 'job', failures: 1, everyMs: undefined, timeoutMs: 120_000 },
  ]);
});

test.each<[string, object, string, RegExp]>([
  ['a query without a bound', { queries: [{ name: 'a', query: 'up' }] }, 'queries[0].query', /no bound/],
  ['no query at all', { queries: [{ ...query, query: '' }] }, 'queries[0].query', /./],
  [
    'a placeholder that is not known',
    { queries: [{ ...query, query: 'x{{pod}}' }] },
    'queries[0].query',
    /\{\{pod\}\}/,
  ],
  [
    'bounds with nothing between them',
    { queries: [{ ...query, below: 5 }] },
    'queries[0].above',
    /nothing below/,
  ],
  [
    'a comparison of a query with itself',
    { queries: [{ name: 'a', query: 'up', ofStable: { atMost: 2 } }] },
    'queries[0].ofStable',
    /\{\{version\}\}|one query/,
  ],
  [
    'a comparison without a bound',
    { queries: [{ ...query, ofStable: {} }] },
    'queries[0].ofStable',
    /no bound/,
  ],
  [
    'a language that is none',
    { queries: [{ ...query, language: 'sql' }] },
    'queries[0].language',
    /no language/,
  ],
  ['a name twice', { queries: [query, query] }, 'queries', /names rate twice/],
  ['a name that is none', { queries: [{ ...query, name: 'My query' }] }, 'queries[0].name', /no name/],
  ['a key that is not known', { queries: [{ ...query, limit: 5 }] }, 'queries[0].limit', /./],
  ['an address that is none', { webhooks: [{ ...webhook, url: 'checks' }] }, 'webhooks[0].url', /no http/],
  [
    'a credential in an address',
    { webhooks: [{ ...webhook, url: 'https://a:b@checks.example.com' }] },
    'webhooks[0].url',
    /credentials/,
  ],
  [
    'a secret in the clear',
    {
      webhooks: [{ ...webhook, url: 'http://checks.example.com', headerVariables: { 'X-Key': 'CHECK_KEY' } }],
    },
    'webhooks[0].url',
    /in the clear/,
  ],
  [
    'a secret in place of its variable',
    { webhooks: [{ ...webhook, headerVariables: { 'X-Key': 'abc-123' } }] },
    'webhooks[0].headerVariables.X-Key',
    /environment variable/,
  ],
  [
    'an answer waited for too long',
    { webhooks: [{ ...webhook, timeout: '5m' }] },
    'webhooks[0].timeout',
    /./,
  ],
  ['a Job without a pod', { jobs: [{ name: 'a', template: {} }] }, 'jobs[0].template', /no spec/],
])('%s is told with its place', (_, raw, path, problem) => {
  const problems = gateProblems(raw, 'gates');
  expect(problems.map((each) => each.path)).toContain(`gates.${path}`);
  expect(problems.find((each) => each.path === `gates.${path}`)?.problem).toMatch(problem);
});
