import type { Engine } from '../../rehearsal/scenario/engine';
import { insideInterval } from '../../rehearsal/scenario/traffic';
import { versionOfAnswer } from '../../rehearsal/traffic';
import { sessionCookie, type PodCount } from '../../rehearsal/workloads';
import { podsOf, sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';
import { until } from '../support/until';

const namespace = 'mesh-routes';
const release = {
  service: 'reviews',
  stable: { version: 'v1' },
  canary: { version: 'v2' },
  steps: [0, 10, 100],
};
const jason = { cookie: sessionCookie('jason') };

let rehearsal: SharedRehearsal;
let engine: Engine;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  engine = await rehearsal.engine(namespace);
  engine.configure({ 'bookinfo:release': release, 'bookinfo:step': 'baseline' });
  await engine.up();
});

afterAll(async () => {
  await engine.destroy();
});

/** Loads productpage once through the ingress gateway; the version is that of the reviews in it. */
async function page(headers: Record<string, string> = {}) {
  const startedAt = Date.now();
  const response = await fetch(`http://127.0.0.1:${rehearsal.platform.ports.ingress}/productpage`, {
    headers,
  });
  const text = await response.text();
  return {
    status: response.status,
    version: versionOfAnswer(text, 'reviews', await podsOf(rehearsal.platform)),
    seconds: (Date.now() - startedAt) / 1000,
    text,
  };
}

/** The versions that answered a number of page loads, as counts. */
async function versions(count: number, headers: Record<string, string> = {}) {
  const counts: Record<string, number> = {};
  for (let i = 0; i < count; i += 1) {
    const { version = 'none' } = await page(headers);
    counts[version] = (counts[version] ?? 0) + 1;
  }
  return counts;
}

/** Waits until the proxies have a route: until a page load of the given kind is answered as it should. */
const untilAnswered = (expected: string, headers: Record<string, string> = {}) =>
  until(`an answer by ${expected}`, async () => (await page(headers)).version === expected);

async function step(name: string, more: object = {}) {
  engine.configure({ 'bookinfo:release': { ...release, ...more }, 'bookinfo:step': name });
  return engine.up();
}

test('a header match shows the canary to its user at weight 0, and to nobody else', async () => {
  await step('0', { match: [{ header: 'end-user', exact: 'jason' }] });
  await untilAnswered('v2', jason);
  expect(await versions(40, jason)).toEqual({ v2: 40 });
  expect(await versions(40)).toEqual({ v1: 40 });
});

test('to leave 0 with a match in force is refused: its subset would go before its route', async () => {
  engine.configure({ 'bookinfo:step': 'baseline' });
  await expect(engine.preview()).rejects.toThrow(/match/);
  expect(await versions(10, jason)).toEqual({ v2: 10 });
});

test('a mirror sends copies to the canary and every answer comes from the stable version', async () => {
  await step('0', { mirror: { percent: 100 } });
  await untilAnswered('v1', jason);
  const count = async () => {
    const pods = await rehearsal.platform.call<PodCount[]>('GET', '/counters');
    return pods
      .filter((pod) => pod.namespace === namespace && pod.service === 'reviews' && pod.version === 'v2')
      .reduce((sum, { requests }) => sum + requests, 0);
  };
  // Copies of the pages until now are sent without being waited for.
  let before = await count();
  for (let last = -1; last !== before; before = await count()) {
    last = before;
    await new Promise((done) => setTimeout(done, 500));
  }
  expect(await versions(50)).toEqual({ v1: 50 });
  await until('50 more requests', async () => (await count()) - before >= 50);
  expect((await count()) - before).toBe(50);
});

test('a caller with a sticky cookie stays at its version, everybody else is split by weight', async () => {
  const sticky = { cookie: 'reviews-release', maxAgeSeconds: 600 };
  await step('0');
  await step('10', { sticky });
  // The steps are 10 and 100: the first of every ten users sees the canary from 10 on, the others from 100 on.
  const [early, late] = [{ cookie: 'reviews-release=v2-10' }, { cookie: 'reviews-release=v2-100' }];
  await untilAnswered('v2', early);
  expect(await versions(40, early)).toEqual({ v2: 40 });
  expect(await versions(40, late)).toEqual({ v1: 40 });
  await rehearsal.traffic.start({ ratePerSecond: 300, concurrency: 12, maxRequests: 1500 });
  const sample = await rehearsal.traffic.sample(Date.now(), 1000);
  await rehearsal.traffic.stop();
  expect(sample.failures).toBe(0);
  expect(insideInterval('v2', 10, sample)).toBe(true);
  await step('10', { sticky, match: [{ header: 'end-user', exact: 'jason' }] });
  expect(await rehearsal.analyze()).toEqual([]);
  await step('0');
});

test('an abort drill fails the share it names, and only while it stands', async () => {
  engine.configure({
    'bookinfo:routePolicies': { details: { drills: [{ abort: { httpStatus: 503, percent: 100 } }] } },
  });
  await engine.up();
  const unavailable = async () => (await page()).text.includes('product details are currently unavailable');
  await until('details fail', unavailable);
  engine.configure({ 'bookinfo:routePolicies': undefined });
  await engine.up();
  await until('details answer again', async () => !(await unavailable()));
  expect((await page()).status).toBe(200);
});

test('no proxy refused a configuration', async () => {
  expect(await rehearsal.platform.call<string[]>('GET', '/problems')).toEqual([]);
});
