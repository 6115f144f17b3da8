import type { Engine } from '../../rehearsal/scenario/engine';
import type { Called, CallRequest } from '../../rehearsal/workloads';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';
import { until } from '../support/until';
import { type Counts, isShared, PageLoads } from './support/pageLoads';

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
let loads: PageLoads;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  loads = new PageLoads(rehearsal, namespace);
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

/** What each version gets of the page loads through the ingress gateway. */
const atGateway = (requests: number) => loads.atGateway(requests, 150);

/** What each version gets of calls from the mesh, by a sidecar; none may fail. */
async function inMesh(requests: number): Promise<Counts> {
  await rehearsal.traffic.stop();
  const url = 'http://productpage:9080/productpage';
  const lanes = 10;
  const risen = await loads.rise(() =>
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
    await loads.untilGiven('v2', false);
    expect(await isShared(weight, SAMPLE, atGateway)).toBe(true);
    expect(await failures()).toBe(0);
    expect(await isShared(weight, SAMPLE, inMesh)).toBe(true);
  },
);

test('a rollback takes back the requests from outside and from the mesh', async () => {
  expect(await take('0')).toEqual(['productpage-http-route']);
  await loads.untilGiven('v1', true);
  expect((await atGateway(1500)).v2).toBe(0);
  expect(await failures()).toBe(0);
  expect((await inMesh(1500)).v2).toBe(0);
});

test('it is finished under load', async () => {
  for (const step of ['10', '50', '100', 'finished']) await take(step);
  await loads.untilGiven('v2', true);
  expect((await atGateway(1500)).v1).toBe(0);
});

test('no request failed, and no proxy refused a configuration', async () => {
  const { totals, notes } = await rehearsal.traffic.snapshot();
  expect(notes).toEqual([]);
  expect(totals.failures).toBe(0);
  expect(await rehearsal.platform.call<string[]>('GET', '/problems')).toEqual([]);
});
