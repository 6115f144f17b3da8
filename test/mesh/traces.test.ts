import type { Trace } from '../../rehearsal/datakit';
import type { Engine } from '../../rehearsal/scenario/engine';
import { errorTexts, sessionCookie } from '../../rehearsal/workloads';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';
import {
  callsBetween,
  seconds,
  spansOf,
  tracedPage,
  tracesOf,
  wayTo,
  type PageOptions,
  type TracedPage,
} from './support/traced';

const namespace = 'mesh-traces';
/** Both of these versions ask for ratings: v2 waits ten seconds for them, v3 two and a half. */
const release = {
  service: 'reviews',
  stable: { version: 'v2' },
  canary: { version: 'v3' },
  steps: [0, 50, 100],
};
const jason = { headers: { cookie: sessionCookie('jason') } };
const jasonOnly = [{ header: 'end-user', exact: 'jason' }];
/** The seed's drill. */
const drill = { match: jasonOnly, delay: { fixedDelay: '7s', percent: 100 } };

let rehearsal: SharedRehearsal;
let engine: Engine;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  engine = await rehearsal.engine(namespace);
  await apply('baseline');
});

afterAll(async () => {
  await rehearsal.platform.call('POST', '/faults/clear');
  await engine.destroy();
});

async function apply(step: string, { policies, ...more }: { policies?: object; match?: object } = {}) {
  engine.configure({
    'bookinfo:release': { ...release, ...more },
    'bookinfo:step': step,
    'bookinfo:routePolicies': policies,
  });
  await engine.up();
}

const page = (options?: PageOptions): Promise<TracedPage> => tracedPage(rehearsal.platform, options);

/** Loads pages of a kind until one is as it is to be: a route reaches the proxies a moment after the update. */
async function first(options: PageOptions, wanted: (one: TracedPage) => boolean): Promise<TracedPage> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const one = await page(options);
    if (wanted(one)) return one;
    if (Date.now() > deadline) throw new Error(`no such page within 30 s; the last took ${one.seconds} s`);
  }
}

/** Seconds that nothing takes which has not waited for the delay of 7 s, of which Envoy may be early by a tenth. */
const notDelayed = 6.3;
/** Whoever takes that long has waited for the delay twice; how late an answer is otherwise is a matter of the machine. */
const delayedTwice = 14;

const stars = ({ text }: TracedPage): boolean => text.includes('★');

/** The pages whose traces are looked at when all of them have come. */
const loaded: Record<'release' | 'drill' | 'impatient' | 'timeout', TracedPage[]> = {
  release: [],
  drill: [],
  impatient: [],
  timeout: [],
};

test('in the middle of a release both versions answer', async () => {
  await apply('0');
  await apply('50');
  await first({}, ({ version }) => version === 'v3');
  for (let i = 0; i < 60; i += 1) loaded.release.push(await page());
  expect(new Set(loaded.release.map(({ version }) => version))).toEqual(new Set(['v2', 'v3']));
});

test("the seed's drill: jason's reviews take 7 s, his page gives up after 6 s, nobody else waits", async () => {
  await apply('0', { policies: { ratings: { drills: [drill] } } });
  // Reviews as a host of the gateway: productpage gives up after twice three seconds, whatever reviews would say.
  await rehearsal.tool('kubectl', ['apply', '-f', '-'], JSON.stringify(reviewsAtTheGateway));
  // The table lets productpage call reviews, and the gateway only productpage.
  await rehearsal.tool('kubectl', ['apply', '-f', '-'], JSON.stringify(gatewayMayCallReviews));
  const direct = { path: '/reviews/0' };
  const impatient = await first(jason, ({ seconds: took }) => took > 5);
  loaded.drill.push(impatient);
  // Twice three seconds, where whoever waited would have taken twice seven.
  expect(impatient.seconds).toBeGreaterThan(5.4);
  expect(impatient.seconds).toBeLessThan(delayedTwice);
  expect(impatient.text).toContain(errorTexts.reviews);

  const slow = page({ ...direct, headers: { 'end-user': 'jason' } });
  const others = [];
  for (let i = 0; i < 40; i += 1) others.push(await page(i % 2 === 0 ? direct : {}));
  const delayed = await slow;
  expect(delayed.status).toBe(200);
  expect(delayed.seconds).toBeGreaterThan(notDelayed);
  expect(delayed.seconds).toBeLessThan(delayedTwice);
  expect(delayed.text).toContain('"stars":5');
  expect(Math.max(...others.map((one) => one.seconds))).toBeLessThan(notDelayed);
  expect(others.map(({ status }) => status)).toEqual(others.map(() => 200));
  await rehearsal.tool('kubectl', ['delete', 'virtualservice', 'direct', '-n', namespace]);
  await rehearsal.tool('kubectl', ['delete', 'authorizationpolicy', 'direct', '-n', namespace]);
});

test('where reviews gives up before the delay is over, the page has its words in place of stars', async () => {
  // The version that waits for 2.5 s is shown to the user of the drill: two rules about one user, joined.
  await apply('0', { match: jasonOnly, policies: { ratings: { drills: [drill] } } });
  await first(jason, ({ version, text }) => version === 'v3' && text.includes(errorTexts.stars));
  // The page before it may have been under way while the proxies took the rules over.
  const impatient = await page(jason);
  expect(impatient.version).toBe('v3');
  loaded.impatient.push(impatient);
  expect(impatient.seconds).toBeGreaterThan(2.25);
  expect(impatient.seconds).toBeLessThan(notDelayed);
  expect(impatient.text).toContain(errorTexts.stars);
  expect(impatient.text).not.toContain(errorTexts.reviews);
});

test('a time-out of the route to ratings ends the call where ratings are slow', async () => {
  await apply('0', { policies: { ratings: { timeout: '2s' } } });
  expect(stars(await first(jason, ({ version }) => version === 'v2'))).toBe(true);
  await rehearsal.platform.call('POST', '/faults', {
    selector: { namespace, service: 'ratings' },
    fault: { latency: { fixedMs: 7000 } },
  });
  const slow = await page();
  loaded.timeout.push(slow);
  await rehearsal.platform.call('POST', '/faults/clear');
  expect(slow.status).toBe(200);
  expect(slow.seconds).toBeGreaterThan(1.8);
  expect(slow.seconds).toBeLessThan(notDelayed);
  expect(slow.text).toContain(errorTexts.stars);
});

test('without the drill nobody waits any more', async () => {
  await apply('0');
  expect((await page(jason)).seconds).toBeLessThan(notDelayed);
  expect(await rehearsal.platform.call<string[]>('GET', '/problems')).toEqual([]);
});

describe('the traces of all that', () => {
  const wayToRatings = [
    'istio-ingressgateway SERVER',
    'istio-ingressgateway CLIENT',
    'productpage SERVER',
    'productpage CLIENT',
    'reviews SERVER',
    'reviews CLIENT',
    'ratings SERVER',
  ];
  const errorsOf = (trace: Trace) => trace.spans.filter(({ tags }) => tags['error'] === 'true');
  const only = async (pages: readonly TracedPage[]): Promise<Trace> => {
    const [trace, ...others] = await tracesOf(rehearsal.platform, pages);
    expect(others).toEqual([]);
    return trace as Trace;
  };

  test('all sixty are whole, from the gateway to ratings, and carry the version of reviews', async () => {
    const traces = await tracesOf(rehearsal.platform, loaded.release);
    expect(traces).toHaveLength(60);
    expect(traces.map(({ broken }) => broken)).toEqual(traces.map(() => undefined));
    for (const [index, trace] of traces.entries()) {
      const [ratings, ...others] = spansOf(trace, 'ratings', 'SERVER');
      expect(others).toEqual([]);
      expect(wayTo(trace, ratings!)).toEqual(wayToRatings);
      expect(new Set(trace.spans.map(({ traceId }) => traceId))).toEqual(new Set([trace.traceId]));
      const reviews = trace.spans.filter(({ service }) => service.startsWith('reviews.'));
      expect(reviews.map(({ tags }) => [tags['env'], tags['project'], tags['version']])).toEqual(
        reviews.map(() => [namespace, 'bookinfo', loaded.release[index]?.version]),
      );
    }
  });

  test("that of the drill shows the call that took 7 s, in the caller's proxy", async () => {
    const trace = await only(loaded.drill);
    expect(trace.broken).toBeUndefined();
    const calls = callsBetween(trace, 'reviews', 'ratings');
    // productpage asks reviews a second time.
    expect(calls).toHaveLength(2);
    for (const call of calls) {
      expect(seconds(call)).toBeGreaterThan(notDelayed);
      expect(seconds(call)).toBeLessThan(delayedTwice);
      expect(wayTo(trace, call)).toEqual(wayToRatings.slice(0, -1));
    }
    // Ratings itself is quick: the delay is not its own, and neither is the span that has it.
    const answers = spansOf(trace, 'ratings', 'SERVER');
    expect(answers).toHaveLength(2);
    expect(Math.max(...answers.map(seconds))).toBeLessThan(notDelayed);
    const givenUp = callsBetween(trace, 'productpage', 'reviews');
    expect(givenUp.map(({ tags }) => tags['error'])).toEqual(['true', 'true']);
    // productpage waits for three seconds, each time.
    for (const call of givenUp) {
      expect(seconds(call)).toBeGreaterThan(2.7);
      expect(seconds(call)).toBeLessThan(notDelayed);
    }
    expect(errorsOf(trace)).toEqual(expect.arrayContaining([...givenUp]));
  });

  test('that of the impatient version has its error at the call that was given up, and nowhere else', async () => {
    const trace = await only(loaded.impatient);
    const [call, ...others] = callsBetween(trace, 'reviews', 'ratings');
    expect(others).toEqual([]);
    expect(seconds(call!)).toBeGreaterThan(2.25);
    expect(seconds(call!)).toBeLessThan(notDelayed);
    expect(call!.tags).toMatchObject({ error: 'true', version: 'v3' });
    // The request never got out of the caller's proxy.
    expect(spansOf(trace, 'ratings', 'SERVER')).toEqual([]);
    expect(errorsOf(trace)).toEqual([call]);
  });

  test('that of the time-out has its error at the call that Envoy ended, and says why', async () => {
    const trace = await only(loaded.timeout);
    const [call, ...others] = callsBetween(trace, 'reviews', 'ratings');
    expect(others).toEqual([]);
    expect(call!.tags).toMatchObject({ 'http.status_code': '504', response_flags: 'UT', error: 'true' });
    expect(seconds(call!)).toBeGreaterThan(1.8);
    expect(seconds(call!)).toBeLessThan(notDelayed);
    // The callee's proxy saw its caller go: a downstream connection that was ended before the answer.
    const [served] = spansOf(trace, 'ratings', 'SERVER');
    expect(served!.tags).toMatchObject({ response_flags: 'DC', error: 'true' });
    expect(new Set(errorsOf(trace))).toEqual(new Set([call, served]));
  });
});

const gatewayMayCallReviews = {
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name: 'direct', namespace },
  spec: {
    selector: { matchLabels: { app: 'reviews' } },
    action: 'ALLOW',
    rules: [{ from: [{ source: { namespaces: ['istio-system'] } }] }],
  },
};

const reviewsAtTheGateway = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'direct', namespace },
  spec: {
    hosts: ['*'],
    gateways: ['bookinfo-gateway'],
    http: [
      {
        match: [{ uri: { prefix: '/reviews/' } }],
        route: [{ destination: { host: 'reviews', port: { number: 9080 }, subset: 'v2' } }],
      },
    ],
  },
};
