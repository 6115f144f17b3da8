import { envoySource, type Evidence, type Look, type Measured } from '../../../../../release/metrics';
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

const scope = { service: 'reviews', namespace: 'prod', versions: ['v1', 'v2'] };
const T0 = 1_800_000_000_000;

let server: Loopback;
let now = T0;
beforeAll(async () => {
  server = await serve(silence);
});
afterAll(() => server.close());
beforeEach(() => {
  now = T0;
});

const cluster = (subset: string, end = ';') =>
  `cluster.outbound|9080|${subset}|reviews.prod.svc.cluster.local${end}`;

type Counts = Partial<Record<'2' | '4' | '5', number>>;

/** What an Envoy sends, its repetitions by origin and other hosts among it. */
function stats(
  uptime: number,
  versions: Record<string, Counts>,
  times: Record<string, [number, number][]> = {},
  end = ';',
) {
  return {
    stats: [
      ...Object.entries(versions).flatMap(([subset, counts]) => [
        { name: `${cluster(subset, end)}.upstream_rq_total`, value: 1_000_000 },
        ...Object.entries(counts).flatMap(([code, value]) => [
          { name: `${cluster(subset, end)}.external.upstream_rq_${code}xx`, value: value + 5_000 },
          { name: `${cluster(subset, end)}.upstream_rq_${code}xx`, value },
          { name: `${cluster(subset, end)}.retry.upstream_rq_${code}xx`, value: value + 7_000 },
          {
            name: `cluster.outbound|9080|${subset}|ratings.prod.svc.cluster.local${end}.upstream_rq_${code}xx`,
            value: 9_999,
          },
          {
            name: `cluster.outbound|9080|${subset}|reviews.test.svc.cluster.local${end}.upstream_rq_${code}xx`,
            value: 9_999,
          },
        ]),
      ]),
      { name: 'server.uptime', value: uptime },
      {
        histograms: Object.entries(times).map(([subset, buckets]) => ({
          name: `${cluster(subset, end)}.upstream_rq_time`,
          buckets: buckets.map(([upper_bound, cumulative]) => ({ upper_bound, interval: 0, cumulative })),
        })),
      },
    ],
  };
}

const measured = (evidence: Evidence | undefined): Measured => {
  if (evidence?.kind !== 'measured') throw new Error(`no evidence: ${JSON.stringify(evidence)}`);
  return evidence;
};

/** Reads once at the beginning and once per further reply, ten seconds apart; gives the last look. */
async function read(replies: readonly Reply[], admins: readonly string[] = [server.url]): Promise<Look> {
  let turn = 0;
  server.reply = (response, request, nth) => replies[turn]!(response, request, nth);
  const observation = await envoySource({
    ...{ admins, format: 'json', http: { ...quick, retries: 0 }, now: () => now },
  }).begin(scope);
  let last: Look | undefined;
  for (turn = 1; turn < replies.length; turn++) {
    now = T0 + turn * 10_000;
    last = await observation.look();
  }
  return last!;
}

test.each(['', ';'])(
  'counts what rose between two reads, with cluster names that end in "%s"',
  async (end) => {
    const { evidence } = await read([
      json(
        stats(
          100,
          { v1: { '2': 1_000, '5': 3 }, v2: {} },
          {
            v1: [
              [10, 900],
              [100, 1_003],
            ],
          },
          end,
        ),
      ),
      json(
        stats(
          110,
          { v1: { '2': 1_900, '4': 2, '5': 4 }, v2: { '2': 60, '5': 40 } },
          {
            v1: [
              [10, 1_700],
              [100, 1_906],
            ],
            v2: [
              [10, 50],
              [100, 60],
            ],
          },
          end,
        ),
      ),
    ]);
    expect(measured(evidence['v1'])).toMatchObject({
      requests: 903,
      errors: 1,
      latency: { counts: [800, 103, 0] },
      window: { from: T0, to: T0 + 10_000 },
    });
    expect(measured(evidence['v2'])).toMatchObject({
      requests: 100,
      errors: 40,
      latency: { counts: [50, 10, 0] },
    });
  },
);

test('a version whose cluster is there and has no request is measured at zero, one without cluster is not', async () => {
  const zero = await read([json(stats(1, { v1: {}, v2: {} })), json(stats(11, { v1: { '2': 5 }, v2: {} }))]);
  expect(measured(zero.evidence['v2'])).toMatchObject({ requests: 0, errors: 0 });
  const absent = await read([json(stats(1, { v1: {} })), json(stats(11, { v1: { '2': 5 } }))]);
  expect(absent.evidence['v2']).toMatchObject({ kind: 'none', reason: 'empty' });
});

test('restarts: counters that fell, and those that are above the old value by now', async () => {
  const { evidence } = await read([
    json(stats(1_000, { v1: { '2': 100 }, v2: { '2': 4 } })),
    json(stats(1_010, { v1: { '2': 150 }, v2: { '2': 6 } })),
    json(stats(3, { v1: { '2': 30 }, v2: { '2': 9 } })),
    json(stats(13, { v1: { '2': 50 }, v2: { '2': 19 } })),
  ]);
  expect(measured(evidence['v1']).requests).toBe(50 + 30 + 20);
  expect(measured(evidence['v2']).requests).toBe(2 + 9 + 10);
});

test.each<[string, Reply, string, RegExp]>([
  ['HTML', text('<html>'), 'garbage', /web page/],
  ['another JSON', json({ stats: [{ value: 1 }] }), 'garbage', /stats/],
  ['NaN', json(stats(110, { v2: { '2': 'NaN' as unknown as number } })), 'garbage', /where a count/],
  ['null', json(stats(110, { v2: { '2': null as unknown as number } })), 'garbage', /stats/],
  ['no uptime', json({ stats: [] }), 'garbage', /admin port/],
  ['500', text('', 500), 'unreachable', /500/],
  ['404', text('', 404), 'refused', /404/],
  ['reset', reset, 'unreachable', /cannot be reached/],
  ['half', half, 'unreachable', /cannot be reached/],
  ['silence', silence, 'timeout', /did not answer/],
  ['huge', huge, 'tooLarge', /more than/],
])('%s is no evidence, with the reason', async (_, reply, reason, words) => {
  const { evidence } = await read([json(stats(100, { v2: {} })), reply]);
  expect(evidence['v2']).toMatchObject({ kind: 'none', reason });
  expect((evidence['v2'] as { detail: string }).detail).toMatch(words);
});

test('a read that failed costs nothing: the next one has all', async () => {
  const { evidence } = await read([
    json(stats(100, { v2: { '2': 1 } })),
    reset,
    json(stats(120, { v2: { '2': 41 } })),
  ]);
  expect(measured(evidence['v2']).requests).toBe(40);
});

test('counting begins at the first read that works', async () => {
  const replies = [reset, json(stats(110, { v2: { '2': 500 } })), json(stats(120, { v2: { '2': 540 } }))];
  expect(measured((await read(replies.slice(0, 2))).evidence['v2']).requests).toBe(0);
  now = T0;
  const { evidence } = await read(replies);
  expect(measured(evidence['v2'])).toMatchObject({ requests: 40 });
});

test('all proxies are summed, and one that does not answer leaves no evidence', async () => {
  const other = await serve(
    inTurn(json(stats(5, { v2: { '2': 10 } })), json(stats(15, { v2: { '2': 30, '5': 1 } })), reset),
  );
  const first = [
    json(stats(100, { v2: { '2': 0 } })),
    json(stats(110, { v2: { '2': 7 } })),
    json(stats(120, { v2: { '2': 9 } })),
  ];
  try {
    let turn = 0;
    server.reply = (response, request, nth) => first[turn]!(response, request, nth);
    const observation = await envoySource({
      format: 'json',
      admins: [server.url, other.url],
      http: { ...quick, retries: 0 },
      now: () => now,
    }).begin(scope);
    turn = 1;
    now += 10_000;
    expect(measured((await observation.look()).evidence['v2'])).toMatchObject({
      requests: 28,
      errors: 1,
      series: 3,
    });
    turn = 2;
    expect((await observation.look()).evidence['v2']).toMatchObject({ reason: 'unreachable' });
  } finally {
    await other.close();
  }
});

test('callers come and go: what a gone one had counted stays, a new one counts from its own start', async () => {
  const other = await serve(json(stats(2, { v2: { '2': 8 } })));
  try {
    let list = [server.url];
    let reply = stats(100, { v2: { '2': 50 } });
    server.reply = (...args) => json(reply)(...args);
    const admins = () => Promise.resolve(list);
    const observation = await envoySource({ admins, format: 'json', http: quick, now: () => now }).begin(
      scope,
    );
    reply = stats(110, { v2: { '2': 55 } });
    now += 10_000;
    expect(measured((await observation.look()).evidence['v2']).requests).toBe(5);
    list = [other.url];
    now += 2_000;
    expect(measured((await observation.look()).evidence['v2']).requests).toBe(5 + 8);
  } finally {
    await other.close();
  }
});

test('a list that cannot be read, and an empty one', async () => {
  const broken = await envoySource({
    admins: () => Promise.reject(new Error('API server away')),
    now: () => now,
  }).begin(scope);
  expect((await broken.look()).evidence['v2']).toMatchObject({
    reason: 'unreachable',
    detail: expect.stringMatching(/API server away/) as string,
  });
  const none = await envoySource({ admins: [], now: () => now }).begin(scope);
  expect((await none.look()).evidence['v2']).toMatchObject({ reason: 'empty' });
});

/** As Envoy 1.40 prints it with and without Istio's rules for tags. */
const prom = (requests: number, errors: number, tagged: boolean, uptime: number) => {
  const [rest, host] = tagged
    ? ['', 'reviews.prod.svc.cluster.local;']
    : ['prod_svc_cluster_local_', 'reviews'];
  const tag = `envoy_cluster_name="outbound|9080|v2|${host}"`;
  return [
    '# TYPE envoy_server_uptime gauge',
    `envoy_server_uptime{} ${uptime}`,
    `envoy_cluster_${rest}external_upstream_rq_xx{envoy_response_code_class="2",${tag}} 77777`,
    `envoy_cluster_${rest}upstream_rq_xx{envoy_response_code_class="2",${tag}} ${requests}`,
    `envoy_cluster_${rest}upstream_rq_xx{envoy_response_code_class="5",${tag}} ${errors}`,
    `envoy_cluster_${rest}upstream_rq_total{${tag}} 88888`,
    `envoy_cluster_${rest}upstream_rq_time_bucket{${tag},le="10"} ${requests}`,
    `envoy_cluster_${rest}upstream_rq_time_bucket{${tag},le="+Inf"} ${requests + errors}`,
    `envoy_cluster_${rest}upstream_rq_time_sum{${tag}} 1`,
    '',
  ].join('\n');
};

test.each([true, false])('Prometheus text, with the host in the tag: %s', async (tagged) => {
  let reply = prom(10, 1, tagged, 50);
  server.reply = (...args) => text(reply)(...args);
  const observation = await envoySource({
    admins: [server.url],
    format: 'prometheus',
    http: quick,
    now: () => now,
  }).begin(scope);
  reply = prom(40, 11, tagged, 60);
  now += 10_000;
  expect(measured((await observation.look()).evidence['v2'])).toMatchObject({
    requests: 40,
    errors: 10,
    latency: { bounds: [10], counts: [30, 10] },
  });
  expect(server.received.at(-1)?.url).toMatch(/^\/stats\?format=prometheus&filter=/);
});

/** A sidecar's own text, as Istio 1.29 writes it (istio_stats.cc): both reporters, other callees, and what else there is. */
const istioText = (reviews: Record<string, number>, uptime?: number) => {
  const line = (labels: string, value: number, reporter = 'source', service = 'reviews') =>
    `istio_requests_total{reporter="${reporter}",source_workload="productpage-v1",${labels},destination_service_name="${service}",destination_service_namespace="prod",request_protocol="http",grpc_response_status="",connection_security_policy="unknown"} ${value}`;
  const version = (name: string, code = '200') =>
    `destination_workload="reviews-${name}",destination_version="${name}",destination_canonical_revision="${name}",response_code="${code}",response_flags="-"`;
  return [
    '# TYPE istio_requests_total counter',
    ...Object.entries(reviews).map(([name, value]) =>
      name === 'UH'
        ? line(
            'destination_workload="unknown",destination_version="unknown",destination_canonical_revision="latest",response_code="503",response_flags="UH"',
            value,
          )
        : line(version(...(name.split(' ') as [string, string])), value),
    ),
    line(version('v1'), 77_777, 'destination'),
    line(version('v1'), 66_666, 'source', 'details'),
    ...(uptime === undefined ? [] : [`envoy_server_uptime{} ${uptime}`]),
    'an_application_metric{a="b"} NaN',
    '',
  ].join('\n');
};

test('a stock sidecar: Istio’s own metrics on its port 15090, with what met no host', async () => {
  let reply = istioText({ 'v1 200': 100, 'v1 503': 2 }, 50);
  server.reply = (...args) => text(reply)(...args);
  const observation = await envoySource({ admins: [server.url], http: quick, now: () => now }).begin(scope);
  reply = istioText({ 'v1 200': 190, 'v1 503': 4, 'v2 200': 9, 'v2 500': 1, UH: 5 }, 60);
  now += 10_000;
  const { evidence, unattributed } = await observation.look();
  expect(measured(evidence['v1'])).toMatchObject({ requests: 92, errors: 2 });
  expect(measured(evidence['v2'])).toMatchObject({ requests: 10, errors: 1 });
  expect(unattributed).toMatchObject({ requests: 5, errors: 5 });
  expect(server.received.at(-1)?.url).toMatch(/^\/stats\/prometheus\?filter=istio_requests_total/);
});

test('requests that met no host are a version’s without pods, where that was so at the look before as well', async () => {
  let reply = istioText({ 'v1 200': 100 });
  server.reply = (...args) => text(reply)(...args);
  const observation = await envoySource({ admins: [server.url], http: quick, now: () => now }).begin(scope);
  const looks = [
    { UH: 5, withoutPods: ['v2'] },
    { UH: 8, withoutPods: ['v2'] },
    { UH: 9, withoutPods: [] },
  ];
  const found: unknown[] = [];
  for (const { UH, withoutPods } of looks) {
    reply = istioText({ 'v1 200': 100, 'v2 200': 1, UH });
    now += 10_000;
    const { evidence, unattributed } = await observation.look(undefined, { withoutPods });
    found.push([measured(evidence['v2']).errors, unattributed?.requests]);
  }
  expect(found).toEqual([
    [0, 5],
    [3, 5],
    [3, 6],
  ]);
});
