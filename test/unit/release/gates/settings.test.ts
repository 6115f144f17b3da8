import { gateProblems, resolveGateSettings } from '../../../../release/gates';

test('nothing said gives the documented defaults', () => {
  const defaults = resolveGateSettings(undefined);
  expect(defaults).toEqual({
    confidence: 0.995,
    assurance: 0.99,
    bake: { durationMs: 300_000, longestMs: 600_000, intervalMs: 5_000 },
    watchAfterMs: 0,
    custom: [],
    minimumRequests: 100,
    health: undefined,
    errors: { ceiling: 0.01, unacceptable: 0.05, toleratedRatio: 1.5 },
    latency: { quantile: 0.99, ceilingMs: undefined, toleratedRatio: 1.2, toleratedMs: 25, warmUpMs: 90_000 },
    share: { tolerance: 0.01 },
    pods: { restarts: 0, notReadyLooks: 3 },
    noEvidence: { looks: 12, then: 'hold' },
  });
  expect(resolveGateSettings({})).toEqual(defaults);
});

test('a health address alone asks for status UP and less than 150 ms', () => {
  expect(resolveGateSettings({ health: { url: 'http://reviews:9080/health' } }).health).toEqual({
    url: 'http://reviews:9080/health',
    expect: [
      { field: 'status', equals: 'UP' },
      { field: 'latency_ms', below: 150 },
    ],
    failures: 3,
    timeoutMs: 2_000,
  });
});

test('checks are turned off by false, and short bakes get a quicker rhythm', () => {
  const settings = resolveGateSettings({ bake: '20s', latency: false, share: false, pods: false });
  expect([settings.latency, settings.share, settings.pods]).toEqual([undefined, undefined, undefined]);
  expect(settings.bake).toEqual({ durationMs: 20_000, longestMs: 40_000, intervalMs: 1_000 });
});

test.each<[unknown, string, RegExp, RegExp]>([
  [{ bake: '5' }, 'gates.bake', /not a duration/, /5m/],
  [{ bake: 300 }, 'gates.bake', /not a text/, /text/],
  [{ bake: '1s' }, 'gates.bake', /not from 5s/, /5m/],
  [{ bake: '5m', longest: '1m' }, 'gates.longest', /shorter than bake/, /at least/],
  [{ bake: '10s', interval: '9s' }, 'gates.interval', /fewer than two looks/, /half/],
  [{ confidence: 99 }, 'gates.confidence', /is 99, not from 0\.9/, /0\.995/],
  [{ confidence: NaN }, 'gates.confidence', /./, /./],
  [{ minimumRequests: 0 }, 'gates.minimumRequests', /is 0, not a whole number/, /100/],
  [{ minimumRequests: 1.5 }, 'gates.minimumRequests', /not a whole number/, /100/],
  [{ errors: { ceiling: -1 } }, 'gates.errors.ceiling', /is -1/, /0\.01/],
  [{ errors: { ceiling: '1%' } }, 'gates.errors.ceiling', /not a number/, /without quotes/],
  [{ errors: { ceiling: 0.1, unacceptable: 0.05 } }, 'gates.errors', /at or below ceiling/, /five times/],
  [{ latency: true }, 'gates.latency', /not a map/, /map/],
  [{ latency: { quantile: 99 } }, 'gates.latency.quantile', /is 99/, /0\.99/],
  [{ bake: '10s', latency: { warmUp: '8s' } }, 'gates.latency', /more than half/, /shorten/],
  [{ latency: { cieling: '1s' } }, 'gates.latency.cieling', /not a known key/, /did you mean ceiling/],
  [{ health: {} }, 'gates.health.url', /missing/, /http/],
  [{ health: { url: 'ftp://x' } }, 'gates.health.url', /no http/, /http/],
  [
    { health: { url: 'http://x', expect: [{ field: 'a' }] } },
    'gates.health.expect[0]',
    /expects nothing/,
    /equals/,
  ],
  [
    { health: { url: 'http://x', expect: [{ field: 'a..b', equals: 1 }] } },
    'gates.health.expect[0].field',
    /not a place/,
    /checks/,
  ],
  [
    { health: { url: 'http://x', expect: [{ field: 'a', equals: {} }] } },
    'gates.health.expect[0].equals',
    /no text/,
    /UP/,
  ],
  [
    { health: { url: 'http://x', expect: [{ field: 'a', equals: 1, below: 2 }] } },
    'gates.health.expect[0]',
    /beside a bound/,
    /either/,
  ],
  [{ noEvidence: { then: 'promote' } }, 'gates.noEvidence.then', /neither hold nor rollback/, /hold/],
  [{ steps: 1 }, 'gates.steps', /not a known key/, /./],
  ['5m', 'gates', /is the text/, /map/],
  [[], 'gates', /is a list/, /map/],
])('%j is refused with its place and remedy', (raw, path, problem, remedy) => {
  expect(gateProblems(raw, 'gates')).toContainEqual({
    path,
    problem: expect.stringMatching(problem) as string,
    remedy: expect.stringMatching(remedy) as string,
  });
  expect(() => resolveGateSettings(raw)).toThrow(/problem/);
});

test('all problems come at once, those across settings too', () => {
  const raw = { bake: '5m', longest: '1m', confidence: 2, errors: { ceiling: 'x' }, share: false, wrong: 1 };
  expect(
    gateProblems(raw, 'g')
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['g.confidence', 'g.errors.ceiling', 'g.longest', 'g.wrong']);
});
