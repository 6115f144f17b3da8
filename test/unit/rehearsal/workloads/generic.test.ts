import type { V1Probe } from '@kubernetes/client-node';
import type { CallResult, StandInRequest } from '../../../../rehearsal/workloads/behaviours';
import { generic } from '../../../../rehearsal/workloads/generic';
import { healthPaths, isAboutHealth } from '../../../../rehearsal/workloads/health';
import { serviceTable, serviceView } from '../../../../rehearsal/workloads/services';
import type { ContainerView, PodView } from '../../../../rehearsal/workloads/pods';

const container = (name: string, more: Partial<ContainerView> = {}): ContainerView => ({
  ...{ name, image: '', ports: [{ port: 8080 }], env: {}, isInit: false },
  ...more,
});
const pod = (containers: readonly ContainerView[]): PodView => ({
  ...{ uid: 'u', namespace: 'shop', name: 'web-v1-a-b', podIP: '127.0.0.1', service: 'web', version: 'v1' },
  ...{ labels: {}, annotations: {}, mesh: 'sidecar', containers },
});
const request = (path = '/'): StandInRequest => ({
  ...{ method: 'GET', path, query: new URLSearchParams(), headers: {}, body: '' },
});

/** Asks a pod, whose calls are answered by the table; a call to anywhere else fails. */
async function ask(view: PodView, answers: Readonly<Record<string, CallResult>> = {}, path = '/') {
  const asked: string[] = [];
  const answer = await generic.handle(request(path), {
    pod: view,
    call: (url) => {
      asked.push(url);
      const found = answers[url];
      return found === undefined ? Promise.reject(new Error('nobody answers')) : Promise.resolve(found);
    },
  });
  return { asked, status: answer.status, body: JSON.parse(answer.body) as unknown };
}

const self = { service: 'web', version: 'v1', podname: 'web-v1-a-b' };

describe('a service that is only a table entry', () => {
  it('says who it is', async () => {
    const view = pod([container('web')]);
    expect(generic.isCaller(view)).toBe(false);
    expect(await ask(view)).toEqual({ asked: [], status: 200, body: { ...self, calls: [] } });
  });

  it('calls the services that its environment names, and tells what they answered', async () => {
    const env = {
      STOCK_URL: 'http://stock:6060/items',
      PLAIN: 'http://cart/',
      // Neither of these names a service of its namespace.
      OUTSIDE: 'http://stock.other.svc.cluster.local:80/',
      GREETING: 'see http://stock:6060/',
    };
    const proxy = container('istio-proxy', { env: { CA_ADDR: 'http://istiod:15012/' } });
    const view = pod([container('web', { env }), proxy]);
    expect(generic.isCaller(view)).toBe(true);
    const answers = {
      'http://stock:6060/items': { status: 200, body: '{"podname":"stock-v1-a-b"}' },
      'http://cart/': { status: 204, body: '' },
    };
    expect(await ask(view, answers)).toEqual({
      asked: ['http://stock:6060/items', 'http://cart/'],
      status: 200,
      body: {
        ...self,
        calls: [
          { url: 'http://stock:6060/items', status: 200, answer: { podname: 'stock-v1-a-b' } },
          { url: 'http://cart/', status: 204 },
        ],
      },
    });
  });

  it('fails with what it calls', async () => {
    const view = pod([container('web', { env: { STOCK_URL: 'http://stock:6060/' } })]);
    expect(await ask(view)).toMatchObject({ status: 502, body: { calls: [{ status: 503 }] } });
  });

  it('answers its probes without calling anybody', async () => {
    const readiness: V1Probe = { httpGet: { path: '/readyz', port: 8080 } };
    const view = pod([container('web', { env: { STOCK_URL: 'http://stock:6060/' }, readiness })]);
    expect(await ask(view, {}, '/readyz')).toMatchObject({ asked: [], status: 200 });
  });
});

describe("what a container's environment names", () => {
  const services = serviceTable(
    (
      [
        ['cartservice', 7070, { name: 'grpc' }],
        ['catalogue', 80, {}],
        ['web', 8080, { name: 'http' }],
        ['redis-cart', 6379, { name: 'tcp-redis' }],
        ['orders', 80, { name: 'http' }],
      ] as const
    ).map(([name, port, more]) =>
      serviceView({ metadata: { name, namespace: 'shop' }, spec: { ports: [{ port, ...more }] } }),
    ),
  );

  test.each([
    // As the published manifests of public applications have them.
    ['cartservice:7070', 'grpc://cartservice:7070/rehearsal.Any/Call'],
    ['catalogue:80', 'http://catalogue:80/'],
    ['redis-cart:6379', 'tcp://redis-cart:6379'],
    ['redis://:secret@redis-cart:6379/0', 'tcp://redis-cart:6379'],
    ['http://orders/orders', 'http://orders/orders'],
    ['http://orders.shop.svc.cluster.local', 'http://orders.shop.svc.cluster.local/'],
    ['grpc://cartservice:7070/shop.Cart/Get', 'grpc://cartservice:7070/shop.Cart/Get'],
    // What is not there, or not a Service's port, is nobody to call.
    ['zipkin:9411', undefined],
    ['cartservice:9999', undefined],
    ['http://collector:14268/api/traces', undefined],
    ['https://example.com/', undefined],
    ['12:30', undefined],
    ['see catalogue:80', undefined],
  ])('%s is a call to %s', async (value, expected) => {
    const asked: string[] = [];
    await generic.handle(request(), {
      pod: pod([container('web', { env: { VALUE: value } })]),
      services,
      call: (called) => {
        asked.push(called);
        return Promise.resolve({ status: 200, body: '' });
      },
    });
    expect(asked).toEqual(expected === undefined ? [] : [expected]);
  });

  test('services that name each other do not call for ever', async () => {
    const asked: string[] = [];
    const headersSeen: unknown[] = [];
    const context = {
      pod: pod([container('web', { env: { A: 'http://orders/', B: 'http://catalogue/' } })]),
      services,
      call: (called: string, { headers }: { readonly headers: Readonly<Record<string, string>> }) => {
        asked.push(called);
        headersSeen.push(headers['x-rehearsal-visited']);
        return Promise.resolve({ status: 200, body: '' });
      },
    };
    await generic.handle({ ...request(), headers: { 'x-rehearsal-visited': 'front,orders' } }, context);
    expect(asked).toEqual(['http://catalogue/']);
    expect(headersSeen).toEqual(['front,orders,web']);
  });
});

describe('healthPaths', () => {
  const probe = (path: string): V1Probe => ({ httpGet: { path, port: 8080 } });

  it('are those that the probes ask, and the one of Bookinfo', () => {
    expect([...healthPaths(pod([container('web')]))]).toEqual(['/health']);
    const probed = container('web', { readiness: probe('/readyz'), startup: probe('/startz') });
    expect([...healthPaths(pod([probed]))]).toEqual(['/health', '/readyz', '/startz']);
  });

  it('are those too that the injector took away', () => {
    const env = { ISTIO_KUBE_APP_PROBERS: JSON.stringify({ '/app-health/web/readyz': probe('/healthz') }) };
    expect(healthPaths(pod([container('web'), container('istio-proxy', { env })])).has('/healthz')).toBe(
      true,
    );
  });
});

/** Sock Shop's front-end is probed at its page (microservices-demo deploy/kubernetes/manifests/09-front-end-dep.yaml). */
test.each([
  ['/', 'kube-probe/1.34', true],
  ['/', 'Mozilla/5.0', false],
  ['/', undefined, false],
  ['/healthz', 'curl/8.0', true],
  ['/cart', 'kube-probe/1.34', false],
])('a request to %s by %s is about health: %s', (path, agent, expected) => {
  expect(isAboutHealth(new Set(['/', '/healthz']), path, agent)).toBe(expected);
});
