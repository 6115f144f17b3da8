import type { Engine } from '../../rehearsal/scenario/engine';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';
import { until } from '../support/until';
import { isShared, PageLoads } from './support/pageLoads';

const namespace = 'mesh-entry';
const reviews = {
  service: 'reviews',
  stable: { version: 'v1' },
  canary: { version: 'v2' },
  steps: [0, 10, 100],
};
const productpage = {
  service: 'productpage',
  stable: { version: 'v1' },
  canary: { version: 'v2', image: 'docker.io/istio/examples-bookinfo-productpage-v2:1.20.3' },
  steps: [0, 10, 50, 100],
};

let rehearsal: SharedRehearsal;
let engine: Engine;
let loads: PageLoads;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  loads = new PageLoads(rehearsal, namespace);
  engine = await rehearsal.engine(namespace);
  engine.configure({ 'bookinfo:release': reviews, 'bookinfo:step': 'baseline' });
  await engine.up();
  await rehearsal.traffic.start({ ratePerSecond: 25, concurrency: 8 });
});

afterAll(async () => {
  await rehearsal.traffic.stop();
  await engine.destroy();
});

/** What each version gets of the page loads through the ingress gateway from now on. */
const share = (requests: number) => loads.atGateway(requests, 300);

async function take(step: string, more: object = {}) {
  engine.configure({
    'bookinfo:release': [reviews, { ...productpage, ...more }],
    'bookinfo:step': { reviews: 'baseline', productpage: step },
  });
  const { changed } = await engine.up();
  return changed.map((urn) => urn.split('::').at(-1));
}

const failures = async () => (await rehearsal.traffic.snapshot()).totals.failures;

test('the service that requests enter by comes under release under load', async () => {
  expect(await take('baseline')).toEqual(
    expect.arrayContaining(['productpage-split', 'productpage-virtual-service', 'bookinfo']),
  );
  await loads.untilGiven('v1', true);
  expect(await failures()).toBe(0);
});

test('no request from outside reaches its canary at 0', async () => {
  await take('0');
  expect((await share(500)).v2).toBe(0);
});

test.each([10, 50])(
  'at %i the share at the gateway is the weight, and one object has changed',
  async (weight) => {
    expect(await take(String(weight))).toEqual(['productpage-split']);
    await loads.untilGiven('v2', false);
    expect(await isShared(weight, 1500, share)).toBe(true);
  },
);

test('a rollback takes the requests from outside back with it', async () => {
  expect(await take('0')).toEqual(['productpage-split']);
  await loads.untilGiven('v1', true);
  expect((await share(500)).v2).toBe(0);
});

/** Users with a cookie jar each, and what they were given. */
class Users {
  private readonly cookies: (string | undefined)[];

  constructor(readonly count: number) {
    this.cookies = Array.from({ length: count }, () => undefined);
  }

  /** Each loads the page once, a few at a time. */
  async visit(): Promise<void> {
    const url = `http://127.0.0.1:${rehearsal.platform.ports.ingress}/productpage`;
    const lanes = Array.from({ length: 10 }, async (_, lane) => {
      for (let user = lane; user < this.count; user += 10) {
        const cookie = this.cookies[user];
        const answer = await fetch(url, cookie === undefined ? {} : { headers: { cookie } });
        await answer.text();
        const given = answer.headers.getSetCookie().find((each) => each.startsWith('seen='));
        if (given !== undefined) this.cookies[user] = given.split(';')[0];
      }
    });
    await Promise.all(lanes);
  }

  /** How many see the canary at a weight, by their cookies. */
  atCanary(weight: number): number {
    return this.cookies.filter((cookie) => Number(cookie?.split('-')[1]) <= weight).length;
  }

  get given(): readonly (string | undefined)[] {
    return [...this.cookies];
  }
}

test('with sticky, users keep their version, and the share of users is the weight at each step', async () => {
  const sticky = { sticky: { cookie: 'seen' } };
  await rehearsal.traffic.stop();
  const users = new Users(500);
  for (const weight of [10, 50]) {
    await take(String(weight), sticky);
    // Whoever was to see the canary is led there by the cookie: the gateway has the routes.
    await until('the gateway has the routes', async () => {
      const { v2 } = await loads.rise(() =>
        fetch(`http://127.0.0.1:${rehearsal.platform.ports.ingress}/productpage`, {
          headers: { cookie: `seen=v2-${weight}` },
        }),
      );
      return v2 === 1;
    });
    const known = users.given;
    await users.visit();
    const { v1, v2 } = await loads.rise(async () => {
      await users.visit();
      await users.visit();
    });
    const atCanary = users.atCanary(weight);
    expect(v2).toBe(2 * atCanary);
    expect(v1).toBe(2 * (users.count - atCanary));
    // One in a thousand lies further out by chance.
    expect(Math.abs(atCanary / users.count - weight / 100)).toBeLessThan(
      3.3 * Math.sqrt(((weight / 100) * (1 - weight / 100)) / users.count),
    );
    // Nobody was drawn a second time.
    if (weight > 10) expect(users.given).toEqual(known);
  }
  await take('0');
  await rehearsal.traffic.start({ ratePerSecond: 25, concurrency: 8 });
});

test('it is finished, and leaves its release again, under load', async () => {
  for (const step of ['100', 'finished']) await take(step, { steps: [0, 100] });
  await loads.untilGiven('v2', true);
  expect((await share(500)).v1).toBe(0);
  engine.configure({
    'bookinfo:release': reviews,
    'bookinfo:step': 'baseline',
    'bookinfo:images': { 'productpage-v1': productpage.canary.image },
  });
  await engine.up();
  await loads.untilGiven('v1', true);
});

test('no request failed from the first to the last, and no proxy refused a configuration', async () => {
  const { totals, notes } = await rehearsal.traffic.snapshot();
  expect(notes).toEqual([]);
  expect(totals.failures).toBe(0);
  expect(await rehearsal.platform.call<string[]>('GET', '/problems')).toEqual([]);
  expect(await rehearsal.analyze()).toEqual([]);
});
