import {
  envoyNames,
  type Evidence,
  type Look,
  type Measured,
  prometheusSource,
} from '../../../../release/metrics';
import {
  half,
  huge,
  inTurn,
  json,
  type Loopback,
  quick,
  reset,
  serve,
  silence,
  text,
  type Reply,
} from '../server';

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

type Series = { metric: Record<string, string>; values: [number, unknown][] };

const matrix = (result: unknown) => ({ status: 'success', data: { resultType: 'matrix', result } });

/** The server's answer to a query, chosen by the metric in it; asking for the time always works. */
function answering(requests: Reply, buckets: Reply = json(matrix([]))): void {
  const turns = { requests: 0, buckets: 0 };
  server.reply = (response, request, nth) => {
    const query = new URLSearchParams(request.body).get('query') ?? '';
    if (query === 'time()') {
      const seconds = (now + ahead) / 1_000;
      return json({ status: 'success', data: { resultType: 'scalar', result: [seconds, String(seconds)] } })(
        response,
        request,
        nth,
      );
    }
    const kind = query.includes('_bucket') ? 'buckets' : 'requests';
    return (kind === 'buckets' ? buckets : requests)(response, request, ++turns[kind]);
  };
}

const source = () =>
  prometheusSource({
    url: `${server.url}/`,
    token: TOKEN,
    scrapeIntervalMs: 10_000,
    http: quick,
    now: () => now,
  });

async function look(minutes = 1): Promise<Look> {
  const observation = await source().begin(scope);
  now = T0 + minutes * 60_000;
  return observation.look();
}

const at = (seconds: number, value: unknown): [number, unknown] => [(T0 + ahead) / 1_000 + seconds, value];

const requests = (version: string, code: string, pod: string, ...values: [number, unknown][]): Series => ({
  metric: { destination_version: version, response_code: code, pod },
  values,
});

const good = () => [
  requests('v1', '200', 'a', at(-10, '1000'), at(20, '1400'), at(55, '1900')),
  requests('v1', '503', 'a', at(-10, '3'), at(55, '5')),
  requests('v2', '200', 'a', at(20, '40'), at(55, '95')),
  requests('v2', '500', 'b', at(40, '2'), at(55, '5')),
  requests('v2', '0', 'b', at(55, '1')),
  requests('v3', '200', 'a', at(55, '77')),
];

const bucket = (version: string, le: string, ...values: [number, unknown][]): Series => ({
  metric: { destination_version: version, le },
  values,
});

const measured = (evidence: Evidence | undefined): Measured => {
  if (evidence?.kind !== 'measured') throw new Error(`no evidence: ${JSON.stringify(evidence)}`);
  return evidence;
};

test('counts exactly what rose in the window, births and codes included', async () => {
  answering(
    json(matrix(good())),
    json(
      matrix([
        bucket('v2', '10', at(55, '90')),
        bucket('v2', '100', at(55, '99')),
        bucket('v2', '+Inf', at(55, '101')),
      ]),
    ),
  );
  const { evidence, source: name, at: when } = await look();
  expect([name, when]).toEqual(['prometheus', T0 + 60_000]);
  expect(measured(evidence['v1'])).toMatchObject({
    requests: 902,
    errors: 2,
    series: 2,
    newestSample: T0 + 55_000,
  });
  expect(measured(evidence['v1']).latencyGap).toMatch(/no latency histogram/);
  expect(measured(evidence['v2'])).toMatchObject({
    requests: 101,
    errors: 6,
    latency: { bounds: [10, 100], counts: [90, 9, 2] },
    window: { from: T0, to: T0 + 60_000 },
  });
});

test('asks for raw samples of this service only, back to before the window, with the token in the header alone', async () => {
  answering(json(matrix(good())));
  const { evidence } = await look();
  const asked = server.received.slice(-2).map(({ body }) => new URLSearchParams(body));
  expect(asked.map((form) => form.get('query')).sort()).toEqual([
    'istio_request_duration_milliseconds_bucket{reporter="source",destination_service_name="reviews",destination_service_namespace="prod",destination_version=~"v1|v2"}[90s]',
    'istio_requests_total{reporter="source",destination_service_name="reviews",destination_service_namespace="prod",destination_version=~"v1|v2"}[90s]',
  ]);
  expect(asked[0]?.get('time')).toBe(String((T0 + 60_000) / 1_000));
  expect(server.received.at(-1)?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  expect(measured(evidence['v1']).queries).toHaveLength(2);
  expect(JSON.stringify(evidence)).not.toContain(TOKEN);
});

const error = (body: object, status: number) => json({ status: 'error', ...body }, status);

test.each<[string, () => Reply, string, RegExp]>([
  ['empty', () => json(matrix([])), 'empty', /no series of reviews v2/],
  ['null result', () => json(matrix(null)), 'garbage', /data\.result/],
  ['no samples in a series', () => json(matrix([{ metric: {}, values: [] }])), 'garbage', /values/],
  [
    'NaN',
    () => json(matrix([requests('v2', '200', 'a', at(-5, '1'), at(55, 'NaN'))])),
    'garbage',
    /"NaN" where a count/,
  ],
  [
    'numbers instead of texts',
    () => json(matrix([requests('v2', '200', 'a', at(55, 3))])),
    'garbage',
    /string/,
  ],
  ['negative', () => json(matrix([requests('v2', '200', 'a', at(55, '-3'))])), 'garbage', /where a count/],
  [
    'a vector',
    () => json({ status: 'success', data: { resultType: 'vector', result: [] } }),
    'garbage',
    /resultType/,
  ],
  ['HTML', () => text('<!DOCTYPE html><title>Sign in</title>'), 'garbage', /a web page .* login page/],
  ['nothing', () => text(''), 'garbage', /an empty answer/],
  ['no JSON', () => text('{"status":'), 'garbage', /no JSON/],
  [
    'stale',
    () => json(matrix([requests('v2', '200', 'a', at(-10, '1'), at(20, '9'))])),
    'stale',
    /40 s old, more than 30 s/,
  ],
  [
    'from the future',
    () => json(matrix([requests('v2', '200', 'a', at(-10, '1'), at(200, '9'))])),
    'clockSkew',
    /140 s in the future/,
  ],
  [
    'no memory of the beginning',
    () => json(matrix([requests('v2', '200', 'a', at(20, '900'), at(55, '999'))])),
    'partial',
    /no sample from before/,
  ],
  ['warnings', () => json({ ...matrix(good()), warnings: ['store-2 did not answer'] }), 'partial', /store-2/],
  [
    'its own error',
    () => json({ status: 'error', errorType: 'execution', error: 'too many samples' }),
    'refused',
    /too many samples/,
  ],
  ['400', () => error({ error: 'parse error' }, 400), 'refused', /answered 400/],
  ['401', () => error({ error: 'no' }, 401), 'refused', /answered 401/],
  ['500', () => text('boom', 500), 'unreachable', /answered 500/],
  ['resets', () => reset, 'unreachable', /cannot be reached/],
  ['half an answer', () => half, 'unreachable', /cannot be reached/],
  ['slow', () => silence, 'timeout', /did not answer within 500 ms/],
  ['huge', () => huge, 'tooLarge', /more than 1048576 bytes/],
])('%s is no evidence, with the reason', async (_, reply, reason, words) => {
  answering(reply());
  const found = (await look()).evidence['v2'];
  expect(found).toMatchObject({ kind: 'none', version: 'v2', reason });
  expect((found as { detail: string }).detail).toMatch(words);
  expect(JSON.stringify(found)).not.toContain(TOKEN);
  expect(found?.queries.length).toBeGreaterThan(0);
});

test('500 twice and then an answer is an answer', async () => {
  answering(inTurn(text('', 500), text('', 503), json(matrix(good()))));
  expect(measured((await look()).evidence['v2']).requests).toBe(101);
});

test('one version can be known while the other is not', async () => {
  answering(json(matrix(good().filter(({ metric }) => metric['destination_version'] === 'v1'))));
  const { evidence } = await look();
  expect([evidence['v1']?.kind, evidence['v2']?.kind]).toEqual(['measured', 'none']);
});

test('a bad histogram takes nothing from the counts', async () => {
  answering(json(matrix(good())), json(matrix([bucket('v2', '10', at(55, '90'))])));
  expect(measured((await look()).evidence['v2'])).toMatchObject({
    requests: 101,
    latencyGap: expect.stringMatching(/\+Inf/) as string,
  });
});

test('a server whose clock is some seconds off is read in its own time', async () => {
  ahead = 20_000;
  answering(json(matrix(good())));
  const { evidence } = await look();
  expect(measured(evidence['v1']).requests).toBe(902);
  expect(measured(evidence['v1']).newestSample).toBe(T0 + 55_000);
  const form = new URLSearchParams(server.received.at(-1)?.body);
  expect(form.get('time')).toBe(String((T0 + 80_000) / 1_000));
});

test.each([-120_000, 120_000])('a clock that is %i ms off is no evidence', async (off) => {
  ahead = off;
  answering(json(matrix(good())));
  expect((await look()).evidence['v2']).toMatchObject({ reason: 'clockSkew' });
});

test('an abort is passed on, not taken for evidence', async () => {
  answering(silence);
  const observation = await source().begin(scope);
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('stopped by hand')), 30);
  await expect(observation.look(stop.signal)).rejects.toThrow('stopped by hand');
});

test('Envoy’s own counters per subset', async () => {
  const cluster = (subset: string, host = 'reviews.prod.svc.cluster.local') =>
    `outbound|9080|${subset}|${host}`;
  const series = (name: string, code: string, ...values: [number, unknown][]): Series => ({
    metric: { envoy_cluster_name: name, envoy_response_code_class: code },
    values,
  });
  answering(
    json(
      matrix([
        series(cluster('v1'), '2', at(-5, '10'), at(55, '100')),
        series(`${cluster('v2')};`, '5', at(55, '4')),
        series(cluster('v2'), '2', at(55, '6')),
        series(cluster('v2', 'reviews-old.prod.svc.cluster.local'), '2', at(55, '900')),
        series(cluster('v2', 'reviews.test.svc.cluster.local'), '2', at(55, '900')),
      ]),
    ),
  );
  const envoy = prometheusSource({
    url: server.url,
    names: envoyNames,
    scrapeIntervalMs: 10_000,
    http: quick,
    now: () => now,
  });
  const observation = await envoy.begin(scope);
  now += 60_000;
  const { evidence } = await observation.look();
  expect(measured(evidence['v1'])).toMatchObject({ requests: 90, errors: 0 });
  expect(measured(evidence['v2'])).toMatchObject({ requests: 10, errors: 4 });
});

test('an interrupted bake goes on from its beginning', async () => {
  answering(json(matrix(good())));
  now = T0 + 60_000;
  const observation = await source().begin(scope, { since: T0 });
  expect(measured((await observation.look()).evidence['v1']).requests).toBe(902);
});
