import {
  envoyNames,
  type Evidence,
  type Look,
  type Measured,
  type PrometheusOptions,
  prometheusSource,
} from '../../../../../release/metrics';
import {
  half,
  huge,
  json,
  type Loopback,
  quick,
  reset,
  serve,
  silence,
  text,
  type Reply,
} from '../../server';

import { accessOf } from '../../../../../release/metrics/sources/prometheus/access';

const scope = { service: 'reviews', namespace: 'prod', versions: ['v1', 'v2'] };
const T0 = 1_800_000_000_000;
const TOKEN = 'tok-5ecret';

let server: Loopback;
/** Our clock; the server's runs `ahead` of it. */
let now = T0;
let ahead = 0;
beforeAll(async () => {
  server = await serve(silence);
});
afterAll(() => server.close());
beforeEach(() => {
  now = T0;
  ahead = 0;
});

type Row = { metric: Record<string, string>; value: [number, unknown] };

const vector = (result: unknown, more: object = {}) => ({
  status: 'success',
  data: { resultType: 'vector', result },
  ...more,
});

/** Answers one look after another. The date is the server's clock. */
function answering(...replies: readonly ((dated: Record<string, string>) => Reply)[]): void {
  let turn = 0;
  server.reply = (response, request, nth) => {
    const reply = replies[Math.min(turn, replies.length - 1)]!;
    turn += 1;
    // Else Node adds the machine's.
    response.sendDate = false;
    reply({ date: new Date(now + ahead).toUTCString() })(response, request, nth);
  };
}

const rows =
  (...result: readonly Row[]) =>
  (headers: Record<string, string>): Reply =>
    json(vector(result), 200, headers);

/** A busy machine may take its time: a second try would be given the next look's reply. */
const patient = { ...quick, timeoutMs: 120_000 };

const source = (more: Partial<PrometheusOptions> = {}) =>
  prometheusSource({
    url: `${server.url}/`,
    access: accessOf({ tokenVariable: 'T' }, { token: TOKEN }),
    scrapeIntervalMs: 10_000,
    http: patient,
    now: () => now,
    ...more,
  });

const SECOND = 10_000;

/** Looks at the beginning and once for each further reply, ten seconds apart; gives the last look. */
async function look(looks = 3, more: Partial<PrometheusOptions> = {}): Promise<Look> {
  const observation = await source(more).begin(scope);
  let last = await observation.look();
  for (let i = 1; i < looks; i++) {
    now += SECOND;
    last = await observation.look();
  }
  return last;
}

const stamp = () => (now + ahead) / 1_000;
const part = (name: string, metric: Record<string, string>, value: unknown): Row => ({
  metric: { canary_part: name, pod: 'a', ...metric },
  value: [stamp(), value],
});
const requests = (version: string, code: string, value: unknown, more = {}): Row =>
  part('requests', { destination_version: version, response_code: code, ...more }, value);
const bucket = (version: string, le: string, value: unknown): Row =>
  part('buckets', { destination_version: version, le }, value);
/** The target was scraped a second ago, or when it is said. */
const read = (agoMs = 1_000): Row => part('read', {}, String((now + ahead - agoMs) / 1_000));

/** What a server has at a look, as a function of the clock when it is asked. */
const at =
  (make: () => readonly Row[]) =>
  (headers: Record<string, string>): Reply =>
    rows(...make())(headers);

/** Scraped before the beginning; scraped for the first time after it; and once more. */
const good = () => [
  at(() => [requests('v1', '200', '900'), read(5_000)]),
  at(() => [requests('v1', '200', '1000'), requests('v1', '503', '3'), bucket('v1', '10', '1003'), read()]),
  at(() => [
    requests('v1', '200', '1900'),
    requests('v1', '503', '5'),
    requests('v2', '200', '95'),
    requests('v2', '500', '5'),
    requests('v2', '0', '1', { response_flags: 'DC' }),
    requests('v3', '200', '77'),
    bucket('v1', '10', '1905'),
    bucket('v2', '10', '90'),
    bucket('v2', '100.0', '99'),
    bucket('v2', '+Inf', '101'),
    read(),
  ]),
];

const measured = (evidence: Evidence | undefined): Measured => {
  if (evidence?.kind !== 'measured') throw new Error(`no evidence: ${JSON.stringify(evidence)}`);
  return evidence;
};

test('counts exactly what rose since the first scrape after the beginning, births and codes included', async () => {
  answering(...good());
  const { evidence, source: name, at: when, unattributed } = await look();
  expect([name, when]).toEqual(['prometheus', T0 + 2 * SECOND]);
  expect(measured(evidence['v1'])).toMatchObject({
    ...{ requests: 902, errors: 2, series: 2 },
    ...{ newestSample: T0 + 19_000, completeTo: T0 + 19_000 },
    window: { from: T0, to: T0 + 20_000 },
  });
  expect(measured(evidence['v2'])).toMatchObject({
    ...{ requests: 101, errors: 5 },
    latency: { bounds: [10, 100], counts: [90, 9, 2] },
  });
  expect(unattributed).toMatchObject({ requests: 0, errors: 0 });
});

test('asks once for one moment, for this service alone, with the token in its header alone', async () => {
  answering(...good());
  const before = server.received.length;
  const { evidence } = await look();
  expect(server.received.length - before).toBe(3);
  const { body, headers, method } = server.received.at(-1)!;
  const form = new URLSearchParams(body);
  const [query, chosen] = [
    form.get('query')!,
    '{reporter="source",destination_service_name="reviews",destination_service_namespace="prod",destination_version=~"v1|v2|unknown|"}',
  ];
  expect(query).toContain(`last_over_time(istio_requests_total${chosen}[40s])`);
  expect(query).toContain(`last_over_time(istio_request_duration_milliseconds_bucket${chosen}[40s])`);
  expect(query).toContain(`timestamp(istio_requests_total${chosen})`);
  // VictoriaMetrics answers for 30 s ago without it: app/vmselect/prometheus/prometheus.go, QueryHandler.
  expect([method, form.get('nocache'), form.get('time')]).toEqual(['POST', '1', String(now / 1_000)]);
  expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
  expect(measured(evidence['v1']).queries).toEqual([query]);
  expect(JSON.stringify(evidence)).not.toContain(TOKEN);
});

test('by GET, with a prefix, headers and parameters of one’s own: Mimir’s tenant, Thanos without its own deduplication', async () => {
  answering(...good());
  await look(1, {
    url: `${server.url}/prometheus`,
    method: 'GET',
    access: accessOf(
      { headers: { 'X-Scope-OrgID': 'team-a' }, query: { dedup: 'false' }, basicAuth: { username: '12345' } },
      { password: 'p4ssword' },
    ),
  });
  const { url, headers, method } = server.received.at(-1)!;
  const asked = new URL(url, 'http://x');
  expect([method, asked.pathname, asked.searchParams.get('dedup')]).toEqual([
    'GET',
    '/prometheus/api/v1/query',
    'false',
  ]);
  expect([headers['x-scope-orgid'], headers.authorization]).toEqual([
    'team-a',
    `Basic ${Buffer.from('12345:p4ssword').toString('base64')}`,
  ]);
});

const refusal = (body: object, status: number) => () => json({ status: 'error', ...body }, status);

test.each<[string, (dated: Record<string, string>) => Reply, string, RegExp]>([
  ['empty', rows(), 'empty', /no series of reviews v2/],
  ['null result', () => json(vector(null)), 'garbage', /data\.result/],
  [
    'a row without a value',
    () => json(vector([{ metric: {} }])),
    'garbage',
    /a series with metric and value/,
  ],
  ['null for a row', () => json(vector([null])), 'garbage', /a series with metric and value/],
  ['NaN', at(() => [requests('v2', '200', 'NaN')]), 'garbage', /"NaN" where a count/],
  ['numbers instead of texts', at(() => [requests('v2', '200', 3)]), 'garbage', /metric and value/],
  ['negative', at(() => [requests('v2', '200', '-3')]), 'garbage', /where a count/],
  ['series that nobody asked for', at(() => [part('other', {}, '1')]), 'garbage', /not asked for/],
  [
    'a matrix',
    () => json({ status: 'success', data: { resultType: 'matrix', result: [] } }),
    'garbage',
    /resultType/,
  ],
  ['HTML', () => text('<!DOCTYPE html><title>Sign in</title>'), 'garbage', /a web page .* login page/],
  ['nothing', () => text(''), 'garbage', /an empty answer/],
  ['no JSON', () => text('{"status":'), 'garbage', /no JSON/],
  ['stale', at(() => [requests('v2', '200', '9'), read(40_000)]), 'stale', /40 s old, more than 30 s/],
  ['targets that have gone', at(() => [requests('v2', '200', '9')]), 'stale', /no proxy was scraped/],
  [
    'from the future',
    at(() => [requests('v2', '200', '9'), read(-140_000)]),
    'clockSkew',
    /140 s in the future/,
  ],
  [
    'a partial answer of Thanos (docs/components/query.md)',
    () => json(vector([], { warnings: ['store-2 did not answer'] })),
    'partial',
    /store-2/,
  ],
  [
    'a partial answer of VictoriaMetrics’ cluster (app/vmselect, query_response.qtpl)',
    () => json(vector([], { isPartial: true })),
    'partial',
    /storage node/,
  ],
  [
    'Thanos without any store for such series (pkg/store/proxy.go)',
    () => json(vector([], { warnings: ['No StoreAPIs matched for this query'] })),
    'empty',
    /no series/,
  ],
  [
    'its own error',
    () => json({ status: 'error', error: 'too many samples' }),
    'refused',
    /too many samples/,
  ],
  ['400', refusal({ error: 'parse error' }, 400), 'refused', /answered 400/],
  ['401', refusal({ error: `no ${TOKEN}` }, 401), 'refused', /answered 401/],
  [
    'a limit of a tenant (Mimir answers 422)',
    refusal({ error: 'the query hit the max number of series limit' }, 422),
    'refused',
    /max number of series/,
  ],
  ['500', () => text('boom', 500), 'unreachable', /answered 500/],
  ['resets', () => reset, 'unreachable', /cannot be reached/],
  ['half an answer', () => half, 'unreachable', /cannot be reached/],
  ['slow', () => silence, 'timeout', /did not answer within 500 ms/],
  ['huge', () => huge, 'tooLarge', /more than 1048576 bytes/],
])('%s is no evidence, with the reason', async (_, reply, reason, words) => {
  answering(reply);
  const found = (await look(1, { http: quick })).evidence['v2'];
  expect(found).toMatchObject({ kind: 'none', version: 'v2', reason });
  expect((found as { detail: string }).detail).toMatch(words);
  expect(JSON.stringify(found)).not.toContain(TOKEN);
  expect(found?.queries.length).toBeGreaterThan(0);
});

test('infos of Prometheus 3, and native histograms among the rows, change nothing', async () => {
  const histogram = {
    metric: { canary_part: 'requests' },
    histogram: [1, { count: '3', sum: '5', buckets: [] }],
  };
  const [first, second, third] = good();
  answering(
    first!,
    second!,
    (dated) => (response, request, nth) =>
      json(vector([histogram, ...rowsOf(third!)], { infos: ['PromQL info: a hint'] }), 200, dated)(
        response,
        request,
        nth,
      ),
  );
  expect(measured((await look()).evidence['v2']).requests).toBe(101);
});

/** The rows that a reply would send now. */
function rowsOf(reply: (dated: Record<string, string>) => Reply): readonly unknown[] {
  let sent = '';
  const response = { writeHead: () => response, end: (body: string) => void (sent = body) };
  reply({})(response as never, {} as never, 1);
  return (JSON.parse(sent) as { data: { result: unknown[] } }).data.result;
}

test('500 twice and then an answer is an answer, and a look that failed costs nothing', async () => {
  const [first, second, third] = good();
  answering(
    first!,
    second!,
    () => text('', 500),
    () => text('', 503),
    () => text('', 500),
    third!,
  );
  expect(measured((await look(4)).evidence['v2']).requests).toBe(101);
});

test('one version can be known while the other is not', async () => {
  answering(at(() => [requests('v1', '200', '9'), read()]));
  const { evidence } = await look(1);
  expect([evidence['v1']?.kind, evidence['v2']?.kind]).toEqual(['measured', 'none']);
});

test('a bad histogram takes nothing from the counts', async () => {
  const [first, second, third] = good();
  const open = at(() => rowsOf(third!).filter((row) => (row as Row).metric['le'] !== '+Inf') as Row[]);
  answering(first!, second!, open);
  expect(measured((await look()).evidence['v2'])).toMatchObject({
    requests: 101,
    latencyGap: expect.stringMatching(/\+Inf/) as string,
  });
});

test('buckets of two spellings are one (Prometheus 3: docs/migration.md), also where the spelling changes', async () => {
  const spelt = (le: string, value: string) => () => [
    ...[requests('v1', '200', value), bucket('v1', le, value), bucket('v1', '+Inf', value), read()],
  ];
  answering(
    at(() => [requests('v1', '200', '0'), read(5_000)]),
    at(spelt('10', '1000')),
    at(spelt('10.0', '1100')),
    at(() => [...spelt('10', '1100')(), ...spelt('10.0', '1200')()]),
  );
  expect(measured((await look(4)).evidence['v1'])).toMatchObject({
    requests: 200,
    latency: { bounds: [10], counts: [200, 0] },
  });
});

test('proxies with different bounds are added up at the bounds that both have', async () => {
  const own = (pod: string, les: Record<string, string>) =>
    Object.entries(les).map(([le, value]) => part('buckets', { destination_version: 'v1', le, pod }, value));
  const both = (times: number) => [
    ...['a', 'b'].flatMap((pod) => [
      requests('v1', '200', String(10 * times), { pod }),
      part('read', { pod }, String(now / 1_000)),
    ]),
    ...own('a', { '10': String(4 * times), '25': String(8 * times), '+Inf': String(10 * times) }),
    ...own('b', { '10': String(5 * times), '50': String(9 * times), '+Inf': String(10 * times) }),
  ];
  answering(
    at(() => both(1)),
    at(() => both(2)),
    at(() => both(3)),
  );
  expect(measured((await look(3)).evidence['v1']).latency).toEqual({ bounds: [10], counts: [18, 22] });
});

test('a server whose clock is some seconds off is read in its own time', async () => {
  ahead = 20_000;
  answering(...good());
  const { evidence } = await look();
  expect(measured(evidence['v1']).requests).toBe(902);
  expect(Math.abs(measured(evidence['v1']).newestSample - (T0 + 19_000))).toBeLessThanOrEqual(2_000);
  const form = new URLSearchParams(server.received.at(-1)?.body);
  expect(Math.abs(Number(form.get('time')) - (now + ahead) / 1_000)).toBeLessThanOrEqual(2);
});

test.each([-120_000, 120_000])('a clock that is %i ms off is no evidence', async (off) => {
  ahead = off;
  answering(...good());
  expect((await look()).evidence['v2']).toMatchObject({ reason: 'clockSkew' });
});

test('an abort is passed on, not taken for evidence', async () => {
  answering(() => silence);
  const observation = await source().begin(scope);
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('stopped by hand')), 30);
  await expect(observation.look(stop.signal)).rejects.toThrow('stopped by hand');
});

test('Envoy’s own counters per subset', async () => {
  const cluster = (subset: string, host = 'reviews.prod.svc.cluster.local') =>
    `outbound|9080|${subset}|${host}`;
  const series = (name: string, code: string, value: number) =>
    part('requests', { envoy_cluster_name: name, envoy_response_code_class: code }, String(value));
  answering(
    at(() => [series(cluster('v1'), '2', 5), read(5_000)]),
    at(() => [series(cluster('v1'), '2', 10), read()]),
    at(() => [
      series(cluster('v1'), '2', 100),
      series(`${cluster('v2')};`, '5', 4),
      series(cluster('v2'), '2', 6),
      series(cluster('v2', 'reviews-old.prod.svc.cluster.local'), '2', 900),
      series(cluster('v2', 'reviews.test.svc.cluster.local'), '2', 900),
      read(),
    ]),
  );
  const { evidence } = await look(3, { names: envoyNames });
  expect(measured(evidence['v1'])).toMatchObject({ requests: 90, errors: 0 });
  expect(measured(evidence['v2'])).toMatchObject({ requests: 10, errors: 4 });
});

describe('a query of a stack of its own', () => {
  const ask = (language: 'promql' | 'dql' = 'promql') =>
    source().ask!({ text: 'sum(rate(orders_total[1m]))', language });
  const answers = (data: unknown, more: object = {}) =>
    answering((headers) => json({ status: 'success', data, ...more }, 200, headers));
  const one = (value: string) => ({ resultType: 'vector', result: [{ metric: {}, value: [1, value] }] });

  // prometheus/prometheus docs/querying/api.md: "Expression query result formats".
  test.each<[string, unknown, object, object]>([
    ['a vector of one', one('-1.5'), {}, { kind: 'value', value: -1.5 }],
    ['a scalar', { resultType: 'scalar', result: [1, '2'] }, {}, { kind: 'value', value: 2 }],
    ['nothing', { resultType: 'vector', result: [] }, {}, { kind: 'none', reason: 'empty' }],
    ['0/0', one('NaN'), {}, { kind: 'none', reason: 'empty' }],
    ['1/0', one('+Inf'), {}, { kind: 'none', reason: 'empty' }],
    [
      'two series',
      { resultType: 'vector', result: [...one('1').result, ...one('2').result] },
      {},
      { kind: 'none', reason: 'garbage', detail: expect.stringMatching(/2 series.*sum/) as string },
    ],
    ['a range', { resultType: 'matrix', result: [] }, {}, { kind: 'none', reason: 'garbage' }],
    ['text', { resultType: 'string', result: [1, 'a'] }, {}, { kind: 'none', reason: 'garbage' }],
    [
      'a native histogram',
      { resultType: 'vector', result: [{ metric: {}, histogram: [1, {}] }] },
      {},
      { reason: 'garbage' },
    ],
    ['a part', one('1'), { isPartial: true }, { kind: 'none', reason: 'partial' }],
    ['a warning', one('1'), { warnings: ['a store is down'] }, { kind: 'none', reason: 'partial' }],
  ])('%s', async (_, data, more, expected) => {
    answers(data, more);
    expect(await ask()).toMatchObject(expected);
  });

  test('is asked as it is written, for now, with the credentials of the source', async () => {
    answers(one('1'));
    await ask();
    const { headers, body } = server.received.at(-1)!;
    const form = new URLSearchParams(body);
    expect([form.get('query'), form.get('time')]).toEqual([
      'sum(rate(orders_total[1m]))',
      String(T0 / 1_000),
    ]);
    expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  test('that is wrong is told in the words of the server, without secrets', async () => {
    answering((headers) => json({ status: 'error', error: `parse error near ${TOKEN}` }, 200, headers));
    const answer = await ask();
    expect(answer).toMatchObject({ kind: 'none', reason: 'refused' });
    expect(JSON.stringify(answer)).not.toContain(TOKEN);
  });

  test('in another language is not sent', async () => {
    const before = server.received.length;
    expect(await ask('dql')).toMatchObject({ kind: 'none', reason: 'refused' });
    expect(server.received.length).toBe(before);
  });
});
