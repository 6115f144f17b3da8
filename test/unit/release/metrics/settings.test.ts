import { metricProblems, resolveMetricSettings, sourceOf } from '../../../../release/metrics';
import { json, serve } from '../server';

const prometheus = { url: 'http://prometheus.monitoring:9090' };

test.each([
  [{ prometheus }],
  [
    {
      prometheus: {
        url: 'https://mimir.example.com/prometheus',
        tokenVariable: 'TOKEN',
        scrapeInterval: '15s',
        names: 'envoy',
        bucketUnit: 's',
        selector: { a: 'b' },
        headers: { 'X-Scope-OrgID': 'team-a' },
        query: { dedup: 'false' },
        caFile: '/etc/ca.pem',
        certFile: '/etc/tls.crt',
        keyFile: '/etc/tls.key',
        method: 'GET',
        replicaLabels: ['our_replica'],
      },
      errors: { http: ['4xx', '5xx'], grpc: ['UNAVAILABLE'], flags: ['UH'] },
    },
  ],
  [{ prometheus: { ...prometheus, tokenVariable: 'TOKEN', url: 'http://127.0.0.1:9090' } }],
  [
    {
      prometheus: {
        ...prometheus,
        names: 'own',
        requests: 'r',
        versionLabel: 'v',
        codeLabel: 'c',
        selector: {},
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
    /not one of istio, envoy, own/,
  ],
  [
    { prometheus: { ...prometheus, names: 'own', requests: 'r' } },
    'metrics.prometheus',
    /not versionLabel, codeLabel, selector/,
  ],
  [
    { prometheus: { ...prometheus, url: 'https://x/api/v1/query' } },
    'metrics.prometheus.url',
    /path of the API/,
  ],
  [{ prometheus: { ...prometheus, tokenVariable: 'T' } }, 'metrics.prometheus.url', /in the clear/],
  [{ prometheus: { ...prometheus, tokenFile: '/t' } }, 'metrics.prometheus.url', /in the clear/],
  [{ prometheus: { ...prometheus, basicAuth: { username: 'u' } } }, 'metrics.prometheus.url', /in the clear/],
  [
    { prometheus: { ...prometheus, headerVariables: { 'X-Key': 'K' } } },
    'metrics.prometheus.url',
    /in the clear/,
  ],
  [
    { prometheus: { url: 'https://x', headers: { Authorization: 'Bearer glpat-secret' } } },
    'metrics.prometheus.headers',
    /Authorization, whose value is a secret/,
  ],
  [
    { prometheus: { url: 'https://x', tokenVariable: 'T', basicAuth: { username: 'u' } } },
    'metrics.prometheus.basicAuth',
    /one of several ways/,
  ],
  [{ prometheus: { url: 'https://x', certFile: '/c' } }, 'metrics.prometheus.certFile', /one half/],
  [{ errors: {} }, 'metrics', /names no source/],
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
  [{ prometheus: { url: 'https://x', tokenVariable: 'TOKEN' } }, /TOKEN is not set/],
  [
    {
      prometheus: {
        url: 'https://x',
        basicAuth: { username: 'u', passwordVariable: 'PW' },
        headerVariables: { A: 'HA' },
      },
    },
    /PW and HA are not set/,
  ],
])('%j without its key is an error of usage', (raw, words) => {
  const settings = resolveMetricSettings(raw, 'metrics');
  expect(() => sourceOf(settings, { env: { KEY: '' } })).toThrow(words);
  expect(() => sourceOf(settings, { env: {} })).toThrow(expect.objectContaining({ exitCode: 2 }) as Error);
});

test.each([
  { guance: { url: 'https://x' } },
  { prometheus: { url: 'https://x', tokenVariable: 'TOKEN' } },
  { prometheus: { url: 'https://x', basicAuth: { username: 'u', passwordVariable: 'PW' } } },
])('%j has its key from the stack, and does not show it', (raw) => {
  const source = sourceOf(resolveMetricSettings(raw, 'metrics'), { env: {}, secret: 'from the stack' });
  expect(JSON.stringify(source)).not.toContain('from the stack');
});

test('several secrets come from the stack as one map, and none goes where it would be seen', async () => {
  const server = await serve(json({}, 500));
  try {
    const settings = resolveMetricSettings(
      {
        prometheus: {
          url: server.url,
          basicAuth: { username: 'u', passwordVariable: 'PW' },
          headerVariables: { 'X-Api-Key': 'K' },
        },
      },
      'm',
    );
    const secret = JSON.stringify({ password: 'pass-w0rd', 'X-Api-Key': 'k3y-of-header' });
    const source = sourceOf(settings, { env: {}, secret });
    const observation = await source.begin({ service: 's', versions: ['v1'] });
    const stop = new AbortController();
    const looking = observation.look(stop.signal);
    while (server.received.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error('enough'));
    await expect(looking).rejects.toThrow('enough');
    const { headers } = server.received[0]!;
    expect([headers.authorization, headers['x-api-key']]).toEqual([
      `Basic ${Buffer.from('u:pass-w0rd').toString('base64')}`,
      'k3y-of-header',
    ]);
    expect(() => sourceOf(settings, { env: {}, secret: '{"pasword":"p"}' })).toThrow(
      /holds pasword.*does not ask for/,
    );
  } finally {
    await server.close();
  }
  expect(() => sourceOf({ prometheus }, { env: {}, secret: 'in the clear' })).toThrow(
    /sent its key in the clear/,
  );
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

/** The query of one look with settings. */
async function queryOf(settings: object): Promise<string> {
  const server = await serve(json({ status: 'success', data: { resultType: 'vector', result: [] } }));
  try {
    const source = sourceOf(resolveMetricSettings({ prometheus: { url: server.url, ...settings } }, 'm'), {
      env: {},
    });
    await (await source.begin({ service: 's', namespace: 'n', versions: ['v1', 'v2'] })).look();
    // How long the look before is ago is the machine's.
    return new URLSearchParams(server.received[0]!.body).get('query')!.replaceAll(/\[\d+s\]/g, '[45s]');
  } finally {
    await server.close();
  }
}

test('metric names can be one’s own, and then nothing is assumed', async () => {
  const own = {
    names: 'own',
    requests: 'my_total',
    buckets: 'my_bucket',
    versionLabel: 'ver',
    codeLabel: 'code',
  };
  expect(await queryOf({ ...own, selector: { app: 'a"b' } })).toBe(
    [
      'label_replace(last_over_time(my_total{app="a\\"b",ver=~"v1|v2|unknown|"}[45s]), "canary_part", "requests", "", "")',
      'label_replace(sum without (code) (last_over_time(my_bucket{app="a\\"b",ver=~"v1|v2|unknown|"}[45s])), "canary_part", "buckets", "", "")',
      'label_replace(max without (code, ver) (timestamp(my_total{app="a\\"b",ver=~"v1|v2|unknown|"})), "canary_part", "read", "", "")',
    ].join(' or '),
  );
});

test('a selector adds to what the names ask for, and replaces a label of those alone', async () => {
  expect(await queryOf({ selector: { cluster: 'eu' } })).toContain(
    '{reporter="source",destination_service_name="s",destination_service_namespace="n",cluster="eu",destination_version=~',
  );
  expect(await queryOf({ selector: { reporter: 'waypoint' } })).toContain(
    '{reporter="waypoint",destination_service_name="s",',
  );
});
