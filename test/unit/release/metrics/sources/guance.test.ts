import {
  type Evidence,
  guanceSource,
  type GuanceOptions,
  type Look,
  type Measured,
} from '../../../../../release/metrics';
import {
  half,
  huge,
  inTurn,
  json,
  type Loopback,
  quick,
  type Reply,
  reset,
  serve,
  silence,
  text,
} from '../../server';

const scope = { service: 'reviews', versions: ['v1', 'v2'] };
const T0 = 1_800_000_000_000;
const KEY = 'wsak_5ecret"key';

let server: Loopback;
let now = T0;
beforeAll(async () => {
  server = await serve(silence);
});
afterAll(() => server.close());
beforeEach(() => {
  now = T0;
});

type Row = { tags?: Record<string, string | null>; columns?: string[]; values: unknown };

const row = (version: string, code: string, ...values: [number, unknown][]): Row => ({
  tags: { destination_version: version, response_code: code, pod_name: 'p' },
  values: values.map(([seconds, value]) => [T0 + seconds * 1_000, value]),
});

/** The documented form, with all that comes along. */
const result = (series: Row[] | null, more: object = {}) => ({
  async_id: '',
  column_names: ['v'],
  complete: false,
  interval: 10_000,
  is_running: false,
  next_cursor_time: -1,
  points: null,
  sample: 1,
  series:
    series &&
    series.map((one) => ({ name: 'istio_prom', columns: ['time', 'v'], units: [null, null], ...one })),
  ...more,
});

const body = (...data: unknown[]) => ({
  code: 200,
  content: { data, declaration: { business: 'x' } },
  errorCode: '',
  message: '',
  success: true,
  traceId: '1',
});

/** Newest first, as the service sends them, with a gap. */
const good = () => [
  row('v1', '200', [50, 1900], [30, null], [20, 1400], [-20, 1000]),
  row('v2', '200', [50, 95], [20, 40]),
  row('v2', '503', [50, '5']),
];

const make = (more: Partial<GuanceOptions> = {}) =>
  guanceSource({
    url: server.url,
    apiKey: KEY,
    scrapeIntervalMs: 10_000,
    http: quick,
    now: () => now,
    ...more,
  });

/** Looks once at a minute after the beginning, and once before where an earlier reply is there as the base line. */
async function look(reply: Reply, more: Partial<GuanceOptions> = {}, before?: Reply): Promise<Look> {
  let nth = 0;
  const observation = await make(more).begin(scope);
  now = T0 + 60_000;
  if (before !== undefined) {
    server.reply = before;
    await observation.look();
  }
  server.reply = (response, request) => reply(response, request, ++nth);
  return observation.look();
}

/** What was there at the first scrape after the beginning. */
const baseLine = () => body(result([row('v1', '200', [10, 1000]), row('v3', '200', [10, 1])]), result([]));

/** The answer's date is the test's, not the machine's. */
const dated = (content: unknown, offsetMs = 0, status = 200): Reply =>
  json(content, status, { date: new Date(T0 + 60_000 + offsetMs).toUTCString() });

const measured = (evidence: Evidence | undefined): Measured => {
  if (evidence?.kind !== 'measured') throw new Error(`no evidence: ${JSON.stringify(evidence)}`);
  return evidence;
};

test('reads counters, gaps, texts and buckets', async () => {
  const buckets = ['10', '+Inf'].map((le, i) => ({
    ...row('v2', '200', [50, 90 + 10 * i]),
    tags: { destination_version: 'v2', le, pod_name: 'p', host: null },
  }));
  const { evidence } = await look(dated(body(result(good()), result(buckets))), {}, dated(baseLine()));
  expect(measured(evidence['v1'])).toMatchObject({ requests: 900, errors: 0 });
  expect(measured(evidence['v2'])).toMatchObject({
    requests: 100,
    errors: 5,
    latency: { bounds: [10], counts: [90, 10] },
  });
});

test('sends the documented request, the key in its header only', async () => {
  await look(dated(body(result(good()), result([]))));
  const sent = server.received.at(-1)!;
  expect([sent.method, sent.url, sent.headers['df-api-key']]).toEqual([
    'POST',
    '/api/v1/df/query_data_v1',
    KEY,
  ]);
  const { queries } = JSON.parse(sent.body) as {
    queries: { qtype: string; query: Record<string, unknown> }[];
  };
  expect(queries.map(({ qtype }) => qtype)).toEqual(['promql', 'promql']);
  expect(queries[0]?.query).toMatchObject({
    q: 'last_over_time(istio_prom:istio_requests_total{reporter="source",destination_service_name="reviews",destination_version=~"v1|v2|unknown|"}[10s])',
    promqlType: 'rangeQuery',
    timeRange: [T0 - 30_000, T0 + 60_000],
    interval: 10,
    disable_sampling: true,
    ignore_cache: true,
  });
  expect(sent.body).not.toContain('5ecret');
});

test('DQL groups by version, code and instance', async () => {
  await look(dated(body(result(good()), result([]))), { form: 'dql' });
  const { queries } = JSON.parse(server.received.at(-1)!.body) as {
    queries: { qtype: string; query: { q: string } }[];
  };
  expect(queries.map(({ qtype, query }) => [qtype, query.q])).toEqual([
    [
      'dql',
      "M::`istio_prom`:(last(`istio_requests_total`)) { `reporter` IN ['source'] AND `destination_service_name` IN ['reviews'] AND `destination_version` IN ['v1', 'v2', 'unknown', ''] } BY `destination_version`, `destination_workload`, `destination_canonical_revision`, `response_code`, `response_flags`, `request_protocol`, `grpc_response_status`, `pod_name`, `namespace`",
    ],
    [
      'dql',
      expect.stringContaining(
        'BY `destination_version`, `destination_workload`, `destination_canonical_revision`, `le`, `pod_name`, `namespace`',
      ) as string,
    ],
  ]);
});

test.each<[string, Reply, string, RegExp]>([
  ['null series', dated(body(result(null), result(null))), 'empty', /no series/],
  ['empty series', dated(body(result([]), result([]))), 'empty', /no series/],
  ['null data', dated({ ...body(), content: { data: null } }), 'empty', /0 results to 2 queries/],
  ['null content', dated({ ...body(), content: null }), 'empty', /0 results/],
  ['only nulls', dated(body(result([row('v2', '200', [50, null])]), result([]))), 'empty', /no series/],
  ['null values', dated(body(result([{ values: null }]), result([]))), 'empty', /no series/],
  ['one result to two queries', dated(body(result(good()))), 'partial', /1 results to 2/],
  [
    'still running',
    dated(body(result(good(), { is_running: true }), result([]))),
    'partial',
    /still running/,
  ],
  ['more pages', dated(body(result(good(), { next_cursor_time: 5 }), result([]))), 'partial', /more pages/],
  ['sampled', dated(body(result(good(), { sample: 0.1 }), result([]))), 'partial', /sampled/],
  ['NaN', dated(body(result([row('v2', '200', [50, 'NaN'])]), result([]))), 'garbage', /where a count/],
  ['words', dated(body(result([row('v2', '200', [50, 'many'])]), result([]))), 'garbage', /where a count/],
  [
    'no time',
    dated(body(result([{ ...row('v2', '200', [50, 1]), columns: ['v', 'w'] }]), result([]))),
    'garbage',
    /time and a value/,
  ],
  ['another shape', dated({ code: 200, content: [] }), 'garbage', /content/],
  ['HTML', text('<html><body>gateway</body></html>'), 'garbage', /web page/],
  [
    'stale',
    dated(body(result([row('v1', '200', [-20, 1]), row('v2', '200', [-20, 1], [20, 9])]), result([]))),
    'stale',
    /40 s old/,
  ],
  [
    'wrong key',
    dated({
      code: 403,
      success: false,
      errorCode: 'ft.InvalidKey',
      message: `key ${KEY} is wrong`,
      content: null,
    }),
    'refused',
    /ft\.InvalidKey: key \*\*\* is wrong/,
  ],
  ['refused by status', dated({ code: 401, message: KEY }, 0, 401), 'refused', /answered 401/],
  ['success false', dated({ ...body(result(good()), result([])), success: false }), 'refused', /refuses/],
  ['a clock that is off', dated(body(result(good()), result([])), 300_000), 'clockSkew', /ahead of/],
  ['500', text('', 500), 'unreachable', /500/],
  ['reset', reset, 'unreachable', /cannot be reached/],
  ['half', half, 'unreachable', /cannot be reached/],
  ['silence', silence, 'timeout', /did not answer/],
  ['huge', huge, 'tooLarge', /more than/],
])('%s is no evidence, with the reason', async (_, reply, reason, words) => {
  const found = (await look(reply)).evidence['v2'];
  expect(found).toMatchObject({ kind: 'none', reason });
  expect((found as { detail: string }).detail).toMatch(words);
  expect(JSON.stringify(found)).not.toMatch(/5ecret/);
});

test('429 and 502, then an answer', async () => {
  const { evidence } = await look(
    inTurn(text('', 429), text('', 502), dated(body(result(good()), result([])))),
    {},
    dated(baseLine()),
  );
  expect(measured(evidence['v2']).requests).toBe(100);
});

test('as many series as the limit are taken for a part', async () => {
  const many = Array.from({ length: 5_000 }, () => row('v1', '200', [50, 1]));
  const { evidence } = await look(dated(body(result(many), result([]))));
  expect(evidence['v1']).toMatchObject({ reason: 'partial' });
});

test('a look asks from the look before on, so that no point of a long bake is dropped', async () => {
  server.reply = (...args) => {
    const date = new Date(now).toUTCString();
    json(body(result([]), result([])), 200, { date })(...args);
  };
  const observation = await make().begin(scope);
  for (now = T0; now < T0 + 3 * 3_600_000; now += 900_000) await observation.look();
  const { queries } = JSON.parse(server.received.at(-1)!.body) as {
    queries: { query: { interval: number; timeRange: number[] } }[];
  };
  const { interval, timeRange } = queries[0]!.query;
  expect(timeRange[1]! - timeRange[0]!).toBe(900_000 + 30_000);
  expect((timeRange[1]! - timeRange[0]!) / 1_000 / interval).toBeLessThanOrEqual(720);
});

describe('a query of a stack of its own', () => {
  const ask = (language: 'promql' | 'dql') =>
    guanceSource({ url: server.url, apiKey: KEY, http: quick, now: () => now }).ask!({ text: 'q', language });
  const value = (...values: [number, unknown][]): Row => ({ tags: {}, values });

  test.each<[string, Reply, object]>([
    [
      'the newest of one series',
      json(body(result([value([T0, -3], [T0 - 1, 4])])), 200, { date: new Date(T0).toUTCString() }),
      { kind: 'value', value: -3 },
    ],
    ['no series', json(body(result(null))), { kind: 'none', reason: 'empty' }],
    ['gaps only', json(body(result([value([T0, null])]))), { kind: 'none', reason: 'empty' }],
    ['two series', json(body(result([value([T0, 1]), value([T0, 2])]))), { kind: 'none', reason: 'garbage' }],
    ['text', json(body(result([value([T0, 'much'])]))), { kind: 'none', reason: 'garbage' }],
    [
      'a part',
      json(body(result([value([T0, 1])], { is_running: true }))),
      { kind: 'none', reason: 'partial' },
    ],
    [
      'a refusal',
      json({ code: 403, errorCode: 'ft.InvalidAPIKey', message: KEY }),
      { kind: 'none', reason: 'refused' },
    ],
  ])('%s', async (_, reply, expected) => {
    server.reply = reply;
    const answer = await ask('promql');
    expect(answer).toMatchObject(expected);
    expect(JSON.stringify(answer)).not.toContain('5ecret');
  });

  test.each([
    ['promql', { promqlType: 'instantQuery' }],
    ['dql', { interval: 90 }],
  ] as const)('in %s it is asked for one value of now', async (language, expected) => {
    server.reply = json(body(result([value([T0, 1])])));
    await ask(language);
    const { queries } = JSON.parse(server.received.at(-1)!.body) as { queries: unknown };
    expect(queries).toMatchObject([
      { qtype: language, query: { q: 'q', timeRange: [T0 - 90_000, T0], ...expected } },
    ]);
  });
});
