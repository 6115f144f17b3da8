import { metricProblems, resolveMetricSettings, sourceOf } from '../../../../release/metrics';
import { json, serve } from '../server';

const prometheus = { url: 'http://prometheus.monitoring:9090' };

test.each([
  [{ prometheus }],
  [
    {
      prometheus: {
        ...prometheus,
        tokenVariable: 'TOKEN',
        scrapeInterval: '15s',
        names: 'envoy',
        bucketUnit: 's',
        selector: { a: 'b' },
      },
    },
  ],
  [{ guance: { url: 'https://openapi.guance.com', form: 'dql', groupBy: ['pod_name'] } }],
  [{ guance: { url: 'http://127.0.0.1:9000' } }],
  [{ envoy: {} }],
  [{ envoy: { admins: ['http://10.0.0.7:15000'], format: 'prometheus' } }],
])('%j is sound', (raw) => expect(metricProblems(raw, 'metrics')).toEqual([]));

test.each<[unknown, string, RegExp]>([
  [{}, 'metrics', /names no source/],
  [{ prometheus, envoy: {} }, 'metrics', /more than one source/],
  [{ prometheus: {} }, 'metrics.prometheus.url', /is missing/],
  [{ prometheus: { url: 'prometheus:9090' } }, 'metrics.prometheus.url', /no http or https/],
  [{ prometheus: { url: 'http://u:p@x' } }, 'metrics.prometheus.url', /credentials/],
  [
    { prometheus: { ...prometheus, tokenVariable: 'glpat-secret' } },
    'metrics.prometheus.tokenVariable',
    /not the name of an environment variable/,
  ],
  [
    { prometheus: { ...prometheus, scrapeInterval: '15' } },
    'metrics.prometheus.scrapeInterval',
    /not a duration/,
  ],
  [
    { prometheus: { ...prometheus, names: 'linkerd' } },
    'metrics.prometheus.names',
    /neither istio nor envoy/,
  ],
  [{ guance: { url: 'http://openapi.guance.com' } }, 'metrics.guance.url', /in the clear/],
  [{ guance: { url: 'https://x', form: 'sql' } }, 'metrics.guance.form', /promql, dql/],
  [{ guance: { url: 'https://x', apiKey: 'k' } }, 'metrics.guance.apiKey', /not a known key/],
  [{ envoy: { admins: ['10.0.0.7:15000'] } }, 'metrics.envoy.admins[0]', /no http or https/],
  [[], 'metrics', /is a list/],
  [null, 'metrics', /is empty/],
])('%j is refused', (raw, path, words) => {
  const problems = metricProblems(raw, 'metrics');
  expect(problems).toContainEqual({
    path,
    problem: expect.stringMatching(words) as string,
    remedy: expect.stringMatching(/./) as string,
  });
  expect(JSON.stringify(problems)).not.toContain('glpat-secret');
  expect(() => resolveMetricSettings(raw, 'metrics')).toThrow(/problem/);
});

test('all problems come at once', () => {
  const raw = { prometheus: { url: 'x', names: 'y', scrapeInterval: 'z' } };
  expect(
    metricProblems(raw, 'm')
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['m.prometheus.names', 'm.prometheus.scrapeInterval', 'm.prometheus.url']);
});

test.each<[unknown, RegExp]>([
  [{ guance: { url: 'https://x' } }, /DF_API_KEY is not set/],
  [{ guance: { url: 'https://x', keyVariable: 'KEY' } }, /KEY is not set/],
  [{ prometheus: { ...prometheus, tokenVariable: 'TOKEN' } }, /TOKEN is not set/],
])('%j without its key is an error of usage', (raw, words) => {
  const settings = resolveMetricSettings(raw, 'metrics');
  expect(() => sourceOf(settings, { env: { KEY: '' } })).toThrow(words);
  expect(() => sourceOf(settings, { env: {} })).toThrow(expect.objectContaining({ exitCode: 2 }) as Error);
  expect(sourceOf(settings, { env: {}, secret: 'from the stack' }).describe).not.toContain('from the stack');
});

test('sources carry their names, and the key comes from the environment', async () => {
  const server = await serve(json({ code: 200, content: { data: null } }));
  try {
    const guance = sourceOf(resolveMetricSettings({ guance: { url: server.url } }, 'm'), {
      env: { DF_API_KEY: 'k3y-of-env' },
    });
    await (await guance.begin({ service: 's', versions: ['v1'] })).look();
    expect(server.received[0]?.headers['df-api-key']).toBe('k3y-of-env');
    expect([guance.name, guance.describe]).toEqual(['guance', `Guance at ${server.url}`]);
  } finally {
    await server.close();
  }
  expect(sourceOf({ prometheus }, { env: {} }).name).toBe('prometheus');
  expect(sourceOf({ envoy: { admins: ['http://a:1'] } }, { env: {} }).describe).toBe('1 Envoy admin ports');
});

test('metric names can be one’s own', async () => {
  const server = await serve(
    json({
      status: 'success',
      data: { resultType: 'scalar', result: [Date.now() / 1_000, String(Date.now() / 1_000)] },
    }),
  );
  try {
    const settings = {
      prometheus: {
        url: server.url,
        names: 'envoy',
        requests: 'my_total',
        buckets: 'my_bucket',
        versionLabel: 'ver',
        selector: { app: 'a"b' },
      },
    };
    await (
      await sourceOf(resolveMetricSettings(settings, 'm'), { env: {} }).begin({
        service: 's',
        versions: ['v1', 'v2'],
      })
    ).look();
    const queries = server.received.map(({ body }) => new URLSearchParams(body).get('query'));
    expect(queries.sort()).toEqual([
      'my_bucket{app="a\\"b",ver=~"v1|v2"}[45s]',
      'my_total{app="a\\"b",ver=~"v1|v2"}[45s]',
      'time()',
    ]);
  } finally {
    await server.close();
  }
});
