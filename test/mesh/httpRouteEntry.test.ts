import type { Engine } from '../../rehearsal/scenario/engine';
import { withinInterval95 } from '../../rehearsal/traffic';
import type { Called, CallRequest, PodCount } from '../../rehearsal/workloads';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';
import { until } from '../support/until';

const namespace = 'mesh-http-entry';
const productpage = {
  service: 'productpage',
  stable: { version: 'v1' },
  canary: { version: 'v2', image: 'docker.io/istio/examples-bookinfo-productpage-v2:1.20.3' },
  steps: [0, 10, 50, 100],
  routing: 'httpRoute',
};
/** Requests that a share is measured on: requests are counted, not time. */
const SAMPLE = 1500;

let rehearsal: SharedRehearsal;
let engine: Engine;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  await rehearsal.gatewayApi();
  engine = await rehearsal.engine(namespace);
  engine.configure({
    'bookinfo:release': productpage,
    'bookinfo:step': 'baseline',
    // Calls from the mesh, which nobody makes in Bookinfo, are let through.
    'bookinfo:security': { authorization: false },
  });
  await engine.up();
  await until('the gateway leads to the application', async () => {
    const answer = await fetch(`http://127.0.0.1:${rehearsal.platform.ports.ingress}/productpage`);
    await answer.text();
    return answer.status === 200;
  });
  await rehearsal.traffic.start({ ratePerSecond: 25, concurrency: 8 });
});

afterAll(async () => {
  await rehearsal.traffic.stop();
  await engine.destroy();
});

type Counts = Readonly<Record<'v1' | 'v2', number>>;

/** Requests that each version of productpage has had until now: whatever way they came, they end at its pods. */
async function counts(): Promise<Counts> {
  const pods = await rehearsal.platform.call<PodCount[]>('GET', '/counters');
  const own = pods.filter((pod) => pod.namespace === namespace && pod.service === 'productpage');
  const of = (version: string) =>
    own.filter((pod) => pod.version === version).reduce((sum, { requests }) => sum + requests, 0);
  return { v1: of('v1'), v2: of('v2') };
}

async function rise(during: () => Promise<unknown>): Promise<Counts> {
  const before = await counts();
  await during();
  const after = await counts();
  return { v1: after.v1 - before.v1, v2: after.v2 - before.v2 };
}

/** What each version gets of the page loads through the ingress gateway. */
async function atGateway(requests: number): Promise<Counts> {
  await rehearsal.traffic.setRate(150);
  const before = await counts();
  const risen = await rise(() =>
    until(`${requests} requests`, async () => {
      const { v1, v2 } = await counts();
      return v1 + v2 - before.v1 - before.v2 >= requests;
    }),
  );
  await rehearsal.traffic.setRate(25);
  return risen;
}

/** What each version gets of calls from the mesh, by a sidecar; none may fail. */
async function inMesh(requests: number): Promise<Counts> {
  await rehearsal.traffic.stop();
  const url = 'http://productpage:9080/productpage';
  const lanes = 10;
  const risen = await rise(() =>
    Promise.all(
      Array.from({ length: lanes }, async () => {
        for (let call = 0; call < requests / lanes; call += 1) {
          const body = { namespace, service: 'ratings', url } satisfies CallRequest;
          const called = await rehearsal.platform.call<Called>('POST', '/call', body);
          expect(called).toMatchObject({ status: 200 });
        }
      }),
    ),
  );
  await rehearsal.traffic.start({ ratePerSecond: 25, concurrency: 8 });
  return risen;
}

async function take(step: string) {
  engine.configure({ 'bookinfo:step': step });
  const { changed } = await engine.up();
  return changed.map((urn) => urn.split('::').at(-1));
}

/** Waits until the gateway follows: until a short row of requests is split as it should be. */
const untilGiven = (version: 'v1' | 'v2', all: boolean) =>
  until(`requests at ${version}`, async () => {
    const seen = await rise(() => new Promise((done) => setTimeout(done, 300)));
    const other = version === 'v1' ? 'v2' : 'v1';
    return seen[version] > 0 && (!all || seen[other] === 0);
  });

/** One sample in twenty lies outside by chance alone; a second one in a row hardly ever does. */
async function isShared(weight: number, sample: (requests: number) => Promise<Counts>): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const { v1, v2 } = await sample(SAMPLE);
    expect(v1 + v2).toBeGreaterThanOrEqual(SAMPLE);
    if (withinInterval95(weight, v2, v1 + v2)) return true;
  }
  return false;
}

const failures = async () => (await rehearsal.traffic.snapshot()).totals.failures;

test('a path that is not let in stays inside', async () => {
  const { status } = await fetch(`http://127.0.0.1:${rehearsal.platform.ports.ingress}/health`);
  expect(status).toBe(404);
});

test('no request reaches the canary at 0, from outside or from the mesh', async () => {
  await take('0');
  expect((await atGateway(1500)).v2).toBe(0);
  expect((await inMesh(1500)).v2).toBe(0);
});

test.each([10, 50])(
  'at %i one object has changed, and the share is the weight at the gateway and in the mesh',
  async (weight) => {
    expect(await take(String(weight))).toEqual(['productpage-http-route']);
    await untilGiven('v2', false);
    expect(await isShared(weight, atGateway)).toBe(true);
    expect(await failures()).toBe(0);
    expect(await isShared(weight, inMesh)).toBe(true);
  },
);

test('a rollback takes back the requests from outside and from the mesh', async () => {
  expect(await take('0')).toEqual(['productpage-http-route']);
  await untilGiven('v1', true);
  expect((await atGateway(1500)).v2).toBe(0);
  expect(await failures()).toBe(0);
  expect((await inMesh(1500)).v2).toBe(0);
});

test('it is finished under load', async () => {
  for (const step of ['10', '50', '100', 'finished']) await take(step);
  await untilGiven('v2', true);
  expect((await atGateway(1500)).v1).toBe(0);
});

test('no request failed, and no proxy refused a configuration', async () => {
  const { totals, notes } = await rehearsal.traffic.snapshot();
  expect(notes).toEqual([]);
  expect(totals.failures).toBe(0);
  expect(await rehearsal.platform.call<string[]>('GET', '/problems')).toEqual([]);
});
