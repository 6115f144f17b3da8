import fc from 'fast-check';
import { identifier } from '../../../../../release/metrics/counting/identity';
import { Tally } from '../../../../../release/metrics/counting/tally';

const identify = identifier();

interface Process {
  readonly steps: readonly {
    readonly a: number;
    readonly b: number;
    readonly restart: boolean;
    readonly seen: boolean;
  }[];
}

const history: fc.Arbitrary<Process> = fc.record({
  steps: fc.array(fc.record({ a: fc.nat(50), b: fc.nat(5), restart: fc.boolean(), seen: fc.boolean() }), {
    minLength: 2,
    maxLength: 30,
  }),
});

/** Plays one process with two counters; what was counted, and what really happened after the first reading. */
function play({ steps }: Process, tellsStart: boolean): { counted: number; truth: number } {
  const tally = new Tally(identify, 0, 1_000_000);
  let [a, b, startedAt, counted, truth, begun] = [0, 0, -1, 0, 0, false];
  steps.forEach((step, i) => {
    if (step.restart && i > 0) [a, b, startedAt] = [0, 0, i * 10_000];
    a += step.a;
    b += step.b;
    if (begun) truth += step.a + step.b;
    if (!step.seen && i > 0) return;
    begun = true;
    const labels = { pod: 'p' };
    const requests = [
      { labels: { ...labels, code: '200' }, value: a },
      { labels: { ...labels, code: '500' }, value: b },
    ].filter(({ value }) => value > 0);
    const proxies = [
      {
        labels,
        readAt: i * 10_000,
        ...(tellsStart ? { startedAt: startedAt < 0 ? -10_000 : startedAt } : {}),
      },
    ];
    const rises = tally.add({ at: i * 10_000, requests, buckets: [], proxies });
    counted += rises.requests.reduce((sum, { rise }) => sum + rise, 0);
  });
  return { counted, truth };
}

test('whatever is read when, over any restarts, no request is invented', () => {
  fc.assert(
    fc.property(history, fc.boolean(), (process, tellsStart) => {
      const { counted, truth } = play(process, tellsStart);
      expect(counted).toBeLessThanOrEqual(truth);
    }),
  );
});

test('a process that is read at every moment, and says when it started, is counted exactly', () => {
  fc.assert(
    fc.property(history, ({ steps }) => {
      const { counted, truth } = play({ steps: steps.map((step) => ({ ...step, seen: true })) }, true);
      expect(counted).toBe(truth);
    }),
    { examples: [[{ steps: [0, 1].map((b) => ({ a: 0, b, restart: false, seen: true })) }]], numRuns: 1_000 },
  );
});

test('a proxy that had no counter when it was first read counts from there on', () => {
  const quiet = { seen: true, restart: false };
  const steps = [
    { a: 0, b: 0, ...quiet },
    { a: 0, b: 1, ...quiet },
  ];
  expect(play({ steps }, true)).toEqual({ counted: 1, truth: 1 });
  expect(play({ steps }, false)).toEqual({ counted: 1, truth: 1 });
});

// envoy source/server/server.cc: server.uptime is a gauge that is set when statistics are flushed, every 5 s.
test('an uptime that is renewed every five seconds is no restart', () => {
  const tally = new Tally(identifier([]), 100_000, 60_000);
  const labels = { pod: 'a', code: '200' };
  const rises = [1, 2, 3, 4, 5, 6, 7, 8].map((second) => {
    const at = 100_000 + second * 1_000;
    const uptime = Math.floor((at - 40_000) / 5_000) * 5;
    const proxies = [{ labels: { pod: 'a' }, readAt: at, startedAt: at - uptime * 1_000 }];
    const snapshot = { at, requests: [{ labels, value: 1_000 + second }], buckets: [], proxies };
    return tally.add(snapshot).requests.reduce((sum, { rise }) => sum + rise, 0);
  });
  expect(rises).toEqual([0, 1, 1, 1, 1, 1, 1, 1]);
});

test.each([
  ['a pod', { namespace: 'prod', pod: 'a', instance: '10.0.0.1:15020', job: 'x' }, '/prod/a'],
  ['DataKit’s tags', { namespace: 'prod', pod_name: 'a', host: 'node-1' }, '/prod/a'],
  ['an instance', { instance: '10.0.0.1:9901' }, '10.0.0.1:9901'],
  ['an instance of Istio’s ports', { instance: '10.0.0.1:15090' }, '10.0.0.1'],
  ['one cluster of several', { cluster: 'eu', namespace: 'prod', pod: 'a' }, 'eu/prod/a'],
  ['nothing at all', {}, ''],
])('the proxy of %s', (_, labels, proxy) => expect(identify(labels).proxy).toBe(proxy));

test('labels of one’s own tell copies apart where they are named', () => {
  const labels = { pod: 'a', our_replica: '1', code: '200' };
  expect(identifier(['our_replica'])(labels)).toMatchObject({ copy: 'our_replica=1', counter: 'code=200' });
  expect(identify(labels)).toMatchObject({ copy: '', counter: 'code=200,our_replica=1' });
});
