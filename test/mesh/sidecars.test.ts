import { samplesOf } from '../../release/metrics/prometheusText';
import { bookinfo, callersOf } from '../../components/application/pure';
import { clusterApi, clusterChoice } from '../../release/cluster';
import type { Wire } from '../../rehearsal/mesh/wire';
import type { Engine } from '../../rehearsal/scenario/engine';
import type { Called, CallRequest, PodView } from '../../rehearsal/workloads';
import { captured } from './support/capture';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';
import { until } from '../support/until';

const namespace = 'mesh-sidecars';
/** Services of no table: nothing but the mesh's own rules stands between them. */
const others = 'mesh-others';
const release = {
  service: 'reviews',
  stable: { version: 'v2' },
  canary: { version: 'v3' },
  steps: [0, 50, 100],
};

let rehearsal: SharedRehearsal;
let engine: Engine;

const apply = (...objects: object[]) =>
  rehearsal.tool(
    'kubectl',
    ['apply', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
  );

/** A pod of a name, and the Service that leads to it. */
function workload(name: string, { injected = true, port = 'http' } = {}): object[] {
  const labels = { app: name };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: others } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: others },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: {
            labels: { ...labels, 'sidecar.istio.io/inject': String(injected) },
            // Its process speaks HTTP/1, whatever the Service's port is named.
            annotations: { 'rehearsal/protocols': '9080=http' },
          },
          spec: {
            serviceAccountName: name,
            containers: [{ name: 'app', image: 'app', ports: [{ containerPort: 9080 }] }],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: others },
      spec: { selector: labels, ports: [{ name: port, port: 9080 }] },
    },
  ];
}

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  expect(rehearsal.platform.sidecars).toEqual({ kind: 'whole' });
  engine = await rehearsal.engine(namespace);
  engine.configure({ 'bookinfo:release': release, 'bookinfo:step': 'baseline' });
  await Promise.all([
    engine.up(),
    apply(
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: others, labels: { 'istio-injection': 'enabled' } },
      },
      {
        apiVersion: 'security.istio.io/v1',
        kind: 'PeerAuthentication',
        metadata: { name: 'default', namespace: others },
        spec: { mtls: { mode: 'STRICT' } },
      },
      ...[...workload('shop'), ...workload('stock')],
      ...[...workload('legacy', { injected: false }), ...workload('misnamed', { port: 'grpc' })],
    ),
  ]);
  await until('all pods are ready', async () => (await ready(others)).size === 4);
});

afterAll(async () => {
  await rehearsal.traffic.stop();
  await rehearsal.tool('kubectl', ['delete', 'namespace', others, '--wait=false']);
  await engine.destroy();
});

async function podsOf(where: string) {
  const pods = await rehearsal.platform.call<(PodView & { ready: boolean })[]>('GET', '/pods');
  return pods.filter((pod) => pod.namespace === where);
}

const ready = async (where: string) =>
  new Set((await podsOf(where)).filter((pod) => pod.ready).map(({ service }) => service));

const call = (service: string, url: string, where = others) =>
  rehearsal.platform.call<Called>('POST', '/call', { namespace: where, service, url } satisfies CallRequest);

const statusOf = (called: Called) => ('error' in called ? called.error : called.status);

/** What is scraped from a pod, on the port that every sidecar has for it. */
async function scraped(service: string, port: number): Promise<string> {
  const pod = (await podsOf(namespace)).find((one) => one.service === service);
  const path = `/api/v1/namespaces/${namespace}/pods/${pod?.name}:${port}/proxy/stats/prometheus`;
  return (await rehearsal.tool('kubectl', ['get', '--raw', path])).stdout;
}

const requestsOf = (text: string) =>
  [...samplesOf(text, (name) => name === 'istio_requests_total')].map(({ labels }) => labels);

const path: Readonly<Record<string, string>> = {
  productpage: '/productpage',
  details: '/details/0',
  reviews: '/reviews/0',
  ratings: '/ratings/0',
};
const services = Object.keys(path);

test("who calls whom in Bookinfo's table is what the mesh lets through, and nothing else", async () => {
  const asked = services.flatMap((caller) =>
    services.filter((callee) => callee !== caller).map((callee) => ({ caller, callee })),
  );
  const seen = await Promise.all(
    asked.map(async ({ caller, callee }) => ({
      call: `${caller} → ${callee}`,
      status: statusOf(await call(caller, `http://${callee}:9080${path[callee]}`, namespace)),
    })),
  );
  expect(seen).toEqual(
    asked.map(({ caller, callee }) => ({
      call: `${caller} → ${callee}`,
      status: callersOf(bookinfo, callee).includes(caller) ? 200 : 403,
    })),
  );
});

/** How many requests of each caller each service of Bookinfo has had, by its own sidecar and the caller's certificate. */
async function received(): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const service of services) {
    for (const { labels, value } of samplesOf(
      await scraped(service, 15020),
      (name) => name === 'istio_requests_total',
    )) {
      const [, caller] = /\/sa\/(?:bookinfo-)?(.+)$/.exec(labels['source_principal'] ?? '') ?? [];
      if (labels['reporter'] !== 'destination' || labels['response_code'] !== '200') continue;
      const call = `${caller} → ${service}`;
      counts[call] = (counts[call] ?? 0) + value;
    }
  }
  return counts;
}

test('what Bookinfo calls is its table, all of it and nothing else', async () => {
  const before = await received();
  const load = async (page: string) =>
    (await fetch(`http://127.0.0.1:${rehearsal.platform.ports.ingress}${page}`)).text();
  expect(await load('/productpage')).toContain('Reviews served by');
  // productpage asks ratings for its own API alone.
  expect(await load('/api/v1/products/0/ratings')).toContain('ratings');
  const expected = services.flatMap((callee) =>
    callersOf(bookinfo, callee)
      .filter((caller) => services.includes(caller))
      .map((caller) => `${caller} → ${callee}`),
  );
  const gateway = expect.stringMatching(/^istio-ingressgateway.* → productpage$/) as string;
  const risen = async () => {
    const after = await received();
    return Object.keys(after).filter((call) => after[call]! > (before[call] ?? 0));
  };
  await until('all calls are counted', async () => (await risen()).length > expected.length);
  const calls = await risen();
  expect(calls).toHaveLength(expected.length + 1);
  expect(calls).toEqual(expect.arrayContaining([...expected, gateway]));
});

test('a caller that is not let in reads why, and from another namespace it is no other', async () => {
  const denied = { status: 403, body: 'RBAC: access denied' };
  expect(await call('details', 'http://ratings:9080/ratings/0', namespace)).toEqual(denied);
  expect(await call('shop', `http://ratings.${namespace}:9080/ratings/0`)).toEqual(denied);
});

test('a caller without a sidecar speaks plaintext, and its connection is cut; so is the probe of nobody', async () => {
  expect(statusOf(await call('shop', 'http://stock:9080/'))).toBe(200);
  expect(statusOf(await call('legacy', 'http://stock:9080/'))).toMatch(/ECONNRESET|socket|closed|terminated/);
  expect(await ready(others)).toContain('stock');
});

test('a pod without a sidecar is called in plaintext, and answers', async () => {
  expect(statusOf(await call('shop', 'http://legacy:9080/'))).toBe(200);
});

// Istio's documentation, "Protocol Selection": the name of a port says what is spoken on it.
test('a port that is named for another protocol gets it: HTTP/2 reaches a server of HTTP/1', async () => {
  expect(statusOf(await call('shop', 'http://misnamed:9080/'))).toBe(502);
});

test('what is outside of the registry is not reached, and where only the registry is allowed it is a 502', async () => {
  expect(statusOf(await call('shop', 'http://api.example.com/'))).toBe(503);
  await apply({
    apiVersion: 'networking.istio.io/v1',
    kind: 'Sidecar',
    metadata: { name: 'default', namespace: others },
    spec: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } },
  });
  await until(
    'the registry is the limit',
    async () => statusOf(await call('shop', 'http://api.example.com/')) === 502,
  );
  expect(statusOf(await call('shop', 'http://stock:9080/'))).toBe(200);
});

test('a policy reaches connections that are kept open', async () => {
  expect(statusOf(await call('shop', 'http://stock:9080/'))).toBe(200);
  const deny = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'closed', namespace: others },
    spec: { selector: { matchLabels: { app: 'stock' } } },
  };
  const answers = async () => statusOf(await call('shop', 'http://stock:9080/'));
  await apply(deny);
  await until('stock is closed', async () => (await answers()) === 403);
  await rehearsal.tool('kubectl', ['delete', 'authorizationpolicy', 'closed', '-n', others]);
  await until('stock is open again', async () => (await answers()) === 200);
});

test('Istio’s metrics name both ends by their certificates, from the caller’s side and from the callee’s', async () => {
  await call('productpage', 'http://reviews:9080/reviews/0', namespace);
  const account = (name: string) =>
    expect.stringMatching(new RegExp(`/ns/${namespace}/sa/.*${name}`)) as string;
  const both = {
    source_workload: expect.stringContaining('productpage') as string,
    source_principal: account('productpage'),
    destination_principal: account('reviews'),
    destination_service_name: 'reviews',
    destination_version: 'v2',
    response_code: '200',
  };
  for (const port of [15020, 15090]) {
    expect(requestsOf(await scraped('productpage', port))).toContainEqual(
      expect.objectContaining({ ...both, reporter: 'source', connection_security_policy: 'unknown' }),
    );
    expect(requestsOf(await scraped('reviews', port))).toContainEqual(
      expect.objectContaining({ ...both, reporter: 'destination', connection_security_policy: 'mutual_tls' }),
    );
  }
  const received = requestsOf(await scraped('reviews', 15020)).filter(
    ({ reporter }) => reporter === 'destination',
  );
  expect(received.filter((labels) => labels['connection_security_policy'] !== 'mutual_tls')).toEqual([]);
});

// real sidecars bind it to loopback [istio/istio tools/packaging/common/envoy_bootstrap.json].
test('the admin port answers who enters the pod, and nobody else; it has what Istio’s list lets out', async () => {
  const [pod] = await podsOf(namespace);
  const path = `/api/v1/namespaces/${namespace}/pods/${pod?.name}:15000/proxy/stats`;
  await expect(rehearsal.tool('kubectl', ['get', '--raw', path])).rejects.toThrow();
  const api = platformApi();
  const { status, text } = await api.enter(
    { namespace, pod: pod?.name ?? '', port: 15000 },
    '/stats?filter=^(server.uptime|cluster.outbound)',
  );
  expect(status).toBe(200);
  expect(text).toMatch(/^server\.uptime: \d+/);
  expect(text).not.toContain('cluster.outbound');
});

test('plaintext is let in and shut out again in the middle of a release, and no request fails', async () => {
  const move = async (step: string, security?: object) => {
    engine.configure({ 'bookinfo:step': step, 'bookinfo:security': security });
    await engine.up();
  };
  await move('0');
  await rehearsal.traffic.start({ ratePerSecond: 40, concurrency: 8 });
  await move('0', { mtls: 'PERMISSIVE', authorization: false });
  await move('50', { mtls: 'PERMISSIVE', authorization: false });
  await move('50');
  await move('0');
  const { totals } = await rehearsal.traffic.snapshot();
  await rehearsal.traffic.stop();
  expect(totals.requests).toBeGreaterThan(0);
  expect(totals.failures).toBe(0);
});

/** The platform's API server, as the release command asks it. */
const platformApi = () =>
  clusterApi(
    clusterChoice(() => Promise.resolve({ kubeconfig: rehearsal.platform.paths.kubeconfig }), {
      env: {},
      folder: '/',
    }),
  );

/** What Envoy counts where connections for the application come in, by pod; Istio's list leaves it out unless a pod asks. */
async function inboundConnections() {
  const api = platformApi();
  return Promise.all(
    (await podsOf(namespace)).map(async ({ name, service }) => {
      const { text } = await api.enter(
        { namespace, pod: name, port: 15000 },
        '/stats?filter=^listener\\.0\\.0\\.0\\.0_15006\\.(downstream_cx_total|ssl\\.(handshake|connection_error))$',
      );
      const of = (stat: string) => Number(new RegExp(`${stat}: (\\d+)`).exec(text)?.[1] ?? NaN);
      const [all, handshakes] = [of('downstream_cx_total'), of('ssl\\.handshake')];
      return { service, all, handshakes };
    }),
  );
}

test('every connection between the pods of Bookinfo is mutual TLS by its Envoy’s own counters, and no byte of a request can be read', async () => {
  const asks = { 'sidecar.istio.io/statsInclusionPrefixes': 'listener' };
  const patch = JSON.stringify({ spec: { template: { metadata: { annotations: asks } } } });
  const kubectl = (...args: string[]) => rehearsal.tool('kubectl', [...args, '-n', namespace]);
  const { stdout } = await kubectl('get', 'deployments', '-o', 'name');
  const deployments = stdout.trim().split('\n');
  for (const one of deployments) await kubectl('patch', one, '--patch', patch);
  for (const one of deployments) await kubectl('rollout', 'status', one);
  await until('the pods of before are gone', async () => {
    const pods = await podsOf(namespace);
    return pods.length === deployments.length && pods.every((pod) => pod.ready);
  });
  const text = 'nobody-between-pods-reads-this';
  const url = `http://127.0.0.1:${rehearsal.platform.ports.ingress}/productpage?mark=${text}`;
  const load = () => fetch(url, { headers: { 'user-agent': text } });
  await until('a page is whole', async () => (await (await load()).text()).includes('Reviews served by'));
  const seen = await captured(rehearsal.platform, text, async () => {
    for (let i = 0; i < 20; i += 1) await (await load()).text();
  });
  // It is there to be read where an application speaks with its own sidecar, so the search finds what there is.
  expect(seen.clearElsewhere).toBeGreaterThan(0);
  expect(seen.betweenPods).toBeGreaterThan(0);
  expect(seen.clearBetweenPods).toBe(0);
  const connections = await inboundConnections();
  expect(new Set(connections.map(({ service }) => service))).toEqual(
    new Set(['details', 'productpage', 'ratings', 'reviews']),
  );
  for (const { all, handshakes, service } of connections) {
    expect({ service, all, handshakes }).toEqual({ service, all: handshakes, handshakes });
    if (service !== 'reviews') expect(handshakes).toBeGreaterThan(0);
  }
});

test('all that pods have sent each other was TLS', async () => {
  const wire = await rehearsal.platform.call<Wire>('GET', '/wire');
  expect(wire.tls).toBeGreaterThan(0);
  expect(wire.plaintext).toBe(0);
});
