import { steady, series, watch, type Caller, type Scraper, PlayedStore } from './playedScrapers';
import { istioNames } from '../../../../release/metrics';
import { countingSource } from '../../../../release/metrics/observation';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** One server, as Istio's addon configures it: a scrape in 15 s (istio/istio samples/addons/prometheus.yaml). */
const one = (phaseMs = 4_000, labels = {}): Scraper => ({
  labels: { job: 'kubernetes-pods', instance: '10.0.0.1:15020', ...labels },
  intervalMs: 15_000,
  phaseMs,
});

/** A long-lived caller: 90 requests a second to v1, 10 to v2, one of those a failure, since an hour. */
const gateway = (pod = 'gateway', from = 0) =>
  steady(pod, [
    { labels: series('v1'), perSecond: 90, from },
    { labels: series('v2'), perSecond: 9, from },
    { labels: series('v2', '500'), perSecond: 1, from },
  ]);

/** What steady rates give from the first scrape at or after the beginning to the last one. */
const scrapedSeconds = ({ phaseMs, intervalMs }: Scraper, from: number, forMs: number) => {
  const first = Math.ceil((from - phaseMs) / intervalMs) * intervalMs + phaseMs;
  const last = Math.floor((from + forMs - phaseMs) / intervalMs) * intervalMs + phaseMs;
  return (last - first) / 1_000;
};

test('every request between the first and the last scrape of the window is counted, and none besides', async () => {
  const { of } = await watch({ callers: [gateway()], scrapers: [one()] }, { from: HOUR, forMs: 5 * MINUTE });
  const seconds = scrapedSeconds(one(), HOUR, 5 * MINUTE);
  expect(of('v1').requests).toBe(90 * seconds);
  expect([of('v2').requests, of('v2').errors]).toEqual([10 * seconds, seconds]);
});

/** The ways in which one counter is stored several times; each doubled every count before. */
const copies: [string, Scraper[]][] = [
  [
    'a pair of servers behind Thanos (--query.replica-label off), prometheus_replica of the operator',
    [one(4_000, { prometheus_replica: 'k8s-0' }), one(11_000, { prometheus_replica: 'k8s-1' })],
  ],
  [
    'four copies with __replica__, as Mimir stores them without its HA tracker',
    [0, 3_000, 7_000, 11_000].map((phase, i) => one(phase, { __replica__: `r${i}` })),
  ],
  [
    'two jobs: annotations (15020) and a PodMonitor (15090)',
    [
      one(4_000),
      one(9_000, { job: 'istio/envoy-stats', instance: '10.0.0.1:15090', endpoint: 'http-envoy-prom' }),
    ],
  ],
];

test.each(copies)('%s: one copy counts', async (_, scrapers) => {
  const { of } = await watch({ callers: [gateway()], scrapers }, { from: HOUR, forMs: 5 * MINUTE });
  const single = await watch({ callers: [gateway()], scrapers: [one()] }, { from: HOUR, forMs: 5 * MINUTE });
  const [most, least] = [single.of('v1').requests + 90 * 15, single.of('v1').requests - 90 * 15];
  expect(of('v1').requests).toBeLessThanOrEqual(most);
  expect(of('v1').requests).toBeGreaterThanOrEqual(least);
  expect(of('v2').errors / of('v2').requests).toBeCloseTo(0.1);
});

test('two servers behind one address answer in turn: what the other has not scraped yet is no restart', async () => {
  const { of } = await watch(
    { callers: [gateway()], scrapers: [one(1_000), one(13_000)], oneAtATime: true },
    { from: HOUR, forMs: 5 * MINUTE },
  );
  // Taken for a restart, each fall would count the whole hour: 324,000 requests.
  expect(of('v1').requests).toBeLessThanOrEqual(90 * 5 * 60);
  expect(of('v1').requests).toBeGreaterThan(90 * (5 * 60 - 45));
});

test('a caller that is scraped late is counted from then on: not its whole life, and not its old errors', async () => {
  // 9,600 requests before anybody scraped it, with 500 errors of the canary; then 10 requests a second without one.
  const late = steady('late', [
    { labels: series('v1'), perSecond: 10, before: 9_600, from: HOUR },
    { labels: series('v2', '500'), perSecond: 0, before: 500 },
  ]);
  const scraper = { ...one(), knows: ({ pod }: Caller) => (pod === 'late' ? HOUR + 2 * MINUTE : -Infinity) };
  const clean = steady('gateway', [
    { labels: series('v1'), perSecond: 90 },
    { labels: series('v2'), perSecond: 10 },
  ]);
  const { of } = await watch(
    { callers: [clean, late], scrapers: [scraper] },
    { from: HOUR, forMs: 4 * MINUTE },
  );
  const seconds = scrapedSeconds(one(), HOUR, 4 * MINUTE);
  expect(of('v2').errors).toBe(0);
  expect(of('v1').requests - 90 * seconds).toBeLessThanOrEqual(1_200);
  expect(of('v1').requests - 90 * seconds).toBeGreaterThanOrEqual(900);
});

test('a counter that is born in the window began at zero, so its first value counts', async () => {
  const caller = steady('gateway', [
    { labels: series('v1'), perSecond: 90 },
    { labels: series('v2', '500'), perSecond: 10, from: HOUR + 2 * MINUTE },
  ]);
  const { of } = await watch({ callers: [caller], scrapers: [one()] }, { from: HOUR, forMs: 4 * MINUTE });
  const end = HOUR + 3 * MINUTE + 49_000;
  expect([of('v2').requests, of('v2').errors]).toEqual(
    [1, 1].map(() => (10 * (end - (HOUR + 2 * MINUTE))) / 1_000),
  );
});

test('what a caller had counted when it ended stays, and another that starts is counted from its first scrape', async () => {
  const [end, start] = [HOUR + 2 * MINUTE, HOUR + 2 * MINUTE + 10_000];
  const first = steady('a', [{ labels: series('v1'), perSecond: 50 }], { endedAt: end });
  const second = steady('b', [{ labels: series('v1'), perSecond: 50, from: start }], { startedAt: start });
  const { of } = await watch(
    { callers: [first, second], scrapers: [one()] },
    { from: HOUR, forMs: 5 * MINUTE },
  );
  // At most one scrape of either is lost.
  expect(of('v1').requests).toBeGreaterThanOrEqual(50 * (5 * 60 - 10 - 15 * 4));
  expect(of('v1').requests).toBeLessThanOrEqual(50 * (5 * 60 - 10));
});

test('a restart begins at zero: counters that fell, and those that are above their old value by now', async () => {
  const again = HOUR + 2 * MINUTE;
  const caller: Caller = {
    pod: 'gateway',
    startedAt: -Infinity,
    counted: (at) => {
      const since = at < again ? 0 : again;
      return [
        { labels: series('v1'), value: Math.floor((90 * (at - since)) / 1_000) },
        { labels: series('v2', '500'), value: at < again ? 2 : 5 },
      ];
    },
  };
  const { of } = await watch({ callers: [caller], scrapers: [one()] }, { from: HOUR, forMs: 5 * MINUTE });
  expect(of('v2').errors).toBe(5);
  // What was counted between the last scrape and the restart is lost, and nothing is counted twice.
  const seconds = scrapedSeconds(one(), HOUR, 5 * MINUTE);
  expect(of('v1').requests).toBeLessThanOrEqual(90 * seconds);
  expect(of('v1').requests).toBeGreaterThanOrEqual(90 * (seconds - 15));
});

test('a sum over several proxies (a recording rule) whose one restarts is not counted anew', async () => {
  const again = HOUR + 2 * MINUTE;
  const rule: Caller = {
    pod: '',
    startedAt: -Infinity,
    counted: (at) => [
      {
        labels: series('v1'),
        value: Math.floor((60 * at) / 1_000) + Math.floor((30 * (at < again ? at : at - again)) / 1_000),
      },
    ],
  };
  const { of } = await watch({ callers: [rule], scrapers: [one()] }, { from: HOUR, forMs: 5 * MINUTE });
  expect(of('v1').requests).toBeLessThanOrEqual(90 * 5 * 60);
});

test.each(Array.from({ length: 15 }, (_, second) => second))(
  'a window that begins right after 25 became 50 has only requests of 50, with scrapes at second %i',
  async (second) => {
    const [changed, begun] = [HOUR - 1_000, HOUR];
    const share = (version: string, before: number) => ({
      labels: series(version),
      rates: { before: before * (changed / 1_000) * 100, from: changed, perSecond: 50 },
    });
    const caller = steady('gateway', [
      { labels: share('v1', 0.75).labels, ...share('v1', 0.75).rates },
      { labels: share('v2', 0.25).labels, ...share('v2', 0.25).rates },
    ]);
    const { of } = await watch(
      { callers: [caller], scrapers: [one(second * 1_000)] },
      { from: begun, forMs: MINUTE },
    );
    expect(of('v1').requests).toBeGreaterThan(0);
    expect(of('v2').requests).toBe(of('v1').requests);
  },
);

test('it says until when everything is counted: the slowest scrape of a proxy that still reports', async () => {
  const slow = {
    ...one(2_000, { job: 'slow' }),
    intervalMs: 60_000,
    knows: ({ pod }: Caller) => (pod === 'b' ? -Infinity : Infinity),
  };
  const quick = { ...one(4_000), knows: ({ pod }: Caller) => (pod === 'a' ? -Infinity : Infinity) };
  const { of } = await watch(
    { callers: [gateway('a'), gateway('b')], scrapers: [quick, slow], maxAgeMs: 180_000 },
    { from: HOUR, forMs: 2 * MINUTE + 30_000 },
  );
  expect(of('v1').completeTo).toBe(HOUR + 2 * MINUTE + 2_000);
  expect(of('v1').newestSample).toBe(HOUR + 2 * MINUTE + 19_000);
});

test('scrapes that are rarer than the settings say are stale, and the message names the setting', async () => {
  const store = new PlayedStore({ callers: [gateway()], scrapers: [{ ...one(), intervalMs: 120_000 }] });
  store.now = HOUR;
  const observation = await store.source.begin({ service: 'reviews', versions: ['v1', 'v2'] });
  store.now += 10_000;
  expect((await observation.look()).evidence['v1']?.kind).toBe('measured');
  store.now += 90_000;
  expect((await observation.look()).evidence['v1']).toMatchObject({
    reason: 'stale',
    detail: expect.stringMatching(/96 s old, more than 45 s; see scrapeInterval/) as string,
  });
});

test('a bake of a day asks for a minute at a time, and counts the day', async () => {
  const spans: number[] = [];
  let now = 0;
  const source = countingSource({
    ...{ name: 'played', describe: '', now: () => now, names: istioNames, maxAgeMs: 45_000 },
    ...{ remembers: true, queries: () => [] },
    snapshot: (_, { at, since }) => {
      spans.push(at - since);
      const value = Math.floor(at / 100);
      const labels = { ...series('v1'), pod: 'a' };
      return Promise.resolve({
        at,
        requests: [{ labels, value }],
        buckets: [],
        proxies: [{ labels, readAt: at }],
      });
    },
  });
  const observation = await source.begin({ service: 'reviews', versions: ['v1'] });
  let look = await observation.look();
  while (now < 24 * HOUR) {
    now += MINUTE;
    look = await observation.look();
  }
  expect(look.evidence['v1']).toMatchObject({ kind: 'measured', requests: (24 * HOUR) / 100 });
  expect(Math.max(...spans)).toBe(MINUTE);
});

test('an observation goes on from a look that was kept: its counts stay, and what came since is added', async () => {
  const store = new PlayedStore({ callers: [gateway()], scrapers: [one()] });
  const scope = { service: 'reviews', namespace: 'prod', versions: ['v1', 'v2'] };
  store.now = HOUR;
  const first = await store.source.begin(scope);
  await first.look();
  store.now = HOUR + 2 * MINUTE;
  await first.look();
  store.now = HOUR + 3 * MINUTE;
  const kept = await first.look();
  store.now = HOUR + 10 * MINUTE;
  const uninterrupted = await first.look();
  const again = await store.source.begin(scope, { after: JSON.parse(JSON.stringify(kept)) as typeof kept });
  const resumed = await again.look();
  expect(resumed.evidence['v1']).toMatchObject({
    requests: (uninterrupted.evidence['v1'] as { requests: number }).requests,
    window: { from: HOUR, to: HOUR + 10 * MINUTE },
  });
});
