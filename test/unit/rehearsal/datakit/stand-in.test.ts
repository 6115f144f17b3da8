import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { V1Pod } from '@kubernetes/client-node';
import {
  datakitManifests,
  promInstances,
  resolveSettings,
  sidecarProm,
} from '../../../../components/datakit/pure';
import type { DataKitSettings } from '../../../../components/datakit/pure';
import {
  DataKit,
  datakitRoutes,
  type DataKitCluster,
  type DataKitSummary,
} from '../../../../rehearsal/datakit';
import { podView } from '../../../../rehearsal/workloads/pods';
import { until } from '../../../support/until';

const token = 'tkn_marker_0123456789';
// An address for each test: fetch keeps connections to one that has gone.
let last = 80;
let address = '';

/** The pod and the ConfigMaps that the program would declare. */
function declared(settings: Partial<DataKitSettings> = {}) {
  const resolved = resolveSettings({ clusterName: 'c', ...settings });
  const manifests = datakitManifests(resolved) as unknown as {
    kind: string;
    metadata: { name: string };
    data?: Record<string, string>;
    spec?: { template: { metadata: object; spec: { containers: { env: object[] }[] } } };
  }[];
  const template = manifests.find(({ kind }) => kind === 'DaemonSet')?.spec?.template;
  // In a cluster it comes from a Secret; here it is where a stand-in could not miss it.
  template?.spec.containers[0]?.env.push({
    name: 'ENV_DATAWAY',
    value: `https://openway.guance.com?token=${token}`,
  });
  const pod = {
    metadata: { ...template?.metadata, uid: 'dk', name: 'datakit-x', namespace: 'datakit' },
    spec: { ...template?.spec, nodeName: 'rehearsal' },
    status: { phase: 'Running', podIP: address },
  } as unknown as V1Pod;
  const maps = Object.fromEntries(
    manifests
      .filter(({ kind }) => kind === 'ConfigMap')
      .map(({ data, metadata }) => [metadata.name, data ?? {}]),
  );
  return { pod, maps };
}

let exporter: Server;
let requests = 0;
let datakit: DataKit;
let stop: () => Promise<void>;

const app = (annotations?: Record<string, string>): V1Pod => ({
  metadata: { uid: 'r', name: 'reviews-v2-x', namespace: 'prod', labels: { app: 'reviews' }, annotations },
  spec: { nodeName: 'rehearsal', containers: [] },
  status: { phase: 'Running', podIP: '10.244.0.9' },
});

async function run(
  settings: Partial<DataKitSettings>,
  pods: () => V1Pod[],
  more: Partial<DataKitCluster> = {},
) {
  const { maps, pod } = declared(settings);
  const { port } = exporter.address() as AddressInfo;
  const cluster: DataKitCluster = {
    podsOfNode: () => Promise.resolve(pods()),
    podsBy: () => Promise.resolve(pods()),
    configMap: (_, name) =>
      maps[name] ? Promise.resolve(maps[name]) : Promise.reject(new Error('not found')),
    // Every exporter is this one, whatever its address.
    resolve: () => Promise.resolve([{ address: '127.0.0.1', port }]),
    ...more,
  };
  datakit = new DataKit(cluster, { settleMs: 50 });
  const process = datakit.process(podView(pod), pod);
  if (!process) throw new Error('DataKit does not play its own pod');
  stop = () => process.stop();
  await process.start();
}

beforeEach(async () => {
  last += 1;
  address = `127.0.0.${last}`;
  requests = 0;
  exporter = createServer((_, response) => {
    requests += 7;
    response.end(
      `# TYPE istio_requests_total counter\nistio_requests_total{reporter="destination",destination_service_name="reviews",destination_version="v2",response_code="200"} ${requests}\n# TYPE up summary\nup 1\n`,
    );
  });
  await new Promise<void>((resolve) => exporter.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await stop();
  exporter.closeAllConnections();
  exporter.close();
});

const url = (path: string) => `http://${address}:9529${path}`;
const post = (
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = { 'content-type': 'application/json' },
) => fetch(url(path), { method: 'POST', body, headers }).then(({ status }) => status);
const spans = JSON.stringify([
  {
    traceId: 'aa',
    id: 'bb',
    kind: 'SERVER',
    localEndpoint: { serviceName: 'reviews.prod' },
    tags: { version: 'v2' },
  },
]);

test('it answers the ping that the probes ask for, takes spans on the paths of its file, and nothing else', async () => {
  await run({ collectors: { zipkin: { pathV2: '/custom/spans' } } }, () => []);
  const ping = (await (await fetch(url('/v1/ping'))).json()) as { content: object };
  expect(ping.content).toMatchObject({
    version: '1.84.1',
    host: 'rehearsal',
    uptime: expect.stringMatching(/^0h0m\ds$/) as string,
  });
  expect(await post('/custom/spans', spans)).toBe(200);
  expect(
    await post('/custom/spans', gzipSync(spans.replace('bb', 'cc')), {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    }),
  ).toBe(200);
  expect(await post('/api/v2/spans', spans)).toBe(404);
  expect(await post('/custom/spans', 'no json')).toBe(400);
  expect(await post('/custom/spans', spans, { 'content-type': 'text/plain' })).toBe(400);
  expect((await fetch(url('/custom/spans'))).status).toBe(404);
  expect((await fetch(url('/metrics'))).status).toBe(404);
  expect(await post('/v1/write/rum', '{}')).toBe(404);
  expect(datakit.summary()).toMatchObject({
    pods: 1,
    posts: { '/custom/spans': 2 },
    traces: { spans: 2, perService: { reviews: { v2: 2 } } },
    problems: [],
  });
});

test('without the zipkin file there is no intake of spans; with the rum file there is one of RUM, for any origin', async () => {
  await run({ collectors: { zipkin: false, rum: { endpoints: ['/v1/write/rum'] } } }, () => []);
  expect(await post('/api/v2/spans', spans)).toBe(404);
  expect(await post('/v1/write/rum', 'view,a=b f=1')).toBe(200);
  const preflight = await fetch(url('/v1/write/rum'), { method: 'OPTIONS' });
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
});

test('pods with the annotation are scraped, by types and tags of the annotation', async () => {
  await run({ collectors: { prom: {} } }, () => [
    app({ 'datakit/prom.instances': promInstances([sidecarProm('reviews')]) }),
    app(),
  ]);
  await until('a scrape', () => datakit.summary().scraped.scrapes === 1);
  const { scraped } = datakit.summary();
  // The summary is none of the types that the annotation names.
  expect(scraped.seriesPerPod).toEqual({ 'prod/reviews-v2-x': 1 });
  expect(scraped.targets['prod/reviews-v2-x']).toMatchObject([
    { by: 'annotation', url: 'http://10.244.0.9:15020/stats/prometheus', failures: 0 },
  ]);
  expect(datakit.summary().objectSeconds).toBe(10);
});

test('under kubernetesprometheus pods are found by themselves, and the annotation is not needed', async () => {
  let pods: V1Pod[] = [];
  const asked: unknown[] = [];
  await run(
    { sidecarScraping: 'kubernetesprometheus', sidecarNamespaces: ['prod'], collectors: { prom: {} } },
    () => pods,
    {
      podsBy: (selector, namespaces) => {
        asked.push([selector, namespaces]);
        return Promise.resolve(pods);
      },
    },
  );
  pods = [app()];
  await until('a scrape', () => datakit.summary().scraped.scrapes === 1);
  expect(asked[0]).toEqual(['security.istio.io/tlsMode=istio', ['prod']]);
  expect(datakit.summary().scraped.seriesPerPod).toEqual({ 'prod/reviews-v2-x': 2 });
});

test('an exporter behind a Service is looked up; scrapes out of turn give a window its own values', async () => {
  const looked: [string, number][] = [];
  const { port } = exporter.address() as AddressInfo;
  await run({}, () => [app({ 'datakit/prom.instances': promInstances([sidecarProm('reviews')]) })], {
    resolve: (host, wanted) => {
      looked.push([host, wanted]);
      return Promise.resolve([{ address: '127.0.0.1', port }]);
    },
  });
  await until('a scrape', () => datakit.summary().scraped.scrapes === 2);
  expect(looked).toContainEqual(['istiod.istio-system.svc.cluster.local', 15014]);
  expect(datakit.summary().scraped.seriesPerPod).toHaveProperty(['prom-istiod']);

  const routes = datakitRoutes(datakit);
  const ask = (route: string, body?: unknown, query = '') =>
    Promise.resolve(routes[route]?.(body, new URLSearchParams(query)));
  const first = (await ask('POST /datakit/scrape', { service: 'reviews' })) as {
    at: number;
    scraped: number;
  };
  // A window begins after the values of its first moment: those of the same millisecond would not be in it.
  await until('a later moment', () => Date.now() > first.at + 1);
  const second = (await ask('POST /datakit/scrape', { service: 'reviews' })) as { at: number };
  expect(first.scraped).toBe(1);
  const told = await ask(
    'GET /datakit/shares',
    undefined,
    `service=reviews&from=${first.at}&to=${second.at}`,
  );
  expect(told).toMatchObject({ requests: 7, versions: { v2: { requests: 7, share: 1 } } });
  await expect(async () => ask('GET /datakit/shares', undefined, 'service=reviews')).rejects.toThrow(
    'from has to be a number',
  );
});

test('what fails is told: targets, and looks at the cluster', async () => {
  await run({}, () => [], {
    podsOfNode: () => Promise.reject(new Error('API server is away')),
    resolve: (host) => Promise.reject(new Error(`there is no Service ${host}`)),
  });
  await until(
    'a failed scrape',
    () => datakit.summary().scraped.failures === 1 && datakit.summary().problems.length === 1,
  );
  const { problems, scraped } = datakit.summary();
  expect(scraped.targets['prom-istiod']?.[0]?.lastError).toMatch(/there is no Service istiod/);
  expect(problems).toEqual(['looking for targets: API server is away']);
});

test('settled traces are told by the routes, and the token by none', async () => {
  await run({}, () => []);
  expect(await post('/api/v2/spans', spans)).toBe(200);
  const routes = datakitRoutes(datakit);
  const settled = (await routes['GET /datakit']?.(
    undefined,
    new URLSearchParams('settled'),
  )) as DataKitSummary;
  expect(settled.traces).toMatchObject({ sampled: 1, whole: 1, pending: 0, chains: { 'reviews:v2': 1 } });
  const traces = await routes['GET /datakit/traces']?.(undefined, new URLSearchParams('which=whole'));
  expect(traces).toMatchObject([{ traceId: 'aa', spans: [{ id: 'bb' }] }]);
  expect(await routes['GET /datakit/traces']?.(undefined, new URLSearchParams('id=zz'))).toBeNull();
  const ping = await (await fetch(url('/v1/ping'))).text();
  expect(JSON.stringify([settled, traces, ping])).not.toContain(token);
});

test("other pods are none of DataKit's", async () => {
  await run({}, () => []);
  expect(datakit.process(podView(app()), app())).toBeUndefined();
});
