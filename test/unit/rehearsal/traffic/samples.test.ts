import { Samples } from '../../../../rehearsal/traffic/samples';
import type { Bucket } from '../../../../rehearsal/traffic/spec';

const bucket = (t: number, more: Partial<Bucket>): Bucket => ({
  t,
  answered: {},
  failures: {},
  last: {},
  ...more,
});

function example(): Samples {
  const samples = new Samples();
  samples.add([
    bucket(1000, { answered: { v1: [1000, 2000, 3000] }, last: { v1: 1090 } }),
    bucket(1100, {
      answered: { v1: [4000], v2: [5000] },
      failures: { timeout: 2 },
      last: { v1: 1150, v2: 1120 },
    }),
  ]);
  samples.add([bucket(1200, { answered: { v1: [1000] }, failures: { text: 1 }, last: { v1: 1210 } })]);
  return samples;
}

test('totals and last answers go over everything', () => {
  expect(example().totals).toEqual({ requests: 9, failures: 3 });
  expect(example().lastAnswered).toEqual({ v1: 1210, v2: 1120 });
});

test('a window holds the slices that begin in it', () => {
  const window = example().between(1000, 1200);
  expect(window.perVersion).toEqual({ v1: 4, v2: 1 });
  expect(window.failuresByKind).toEqual({ timeout: 2 });
  expect(window).toMatchObject({ requests: 7, failures: 2, requestsPerSecond: 35 });
  expect(window.latency).toMatchObject({ count: 5 });
  expect(window.latency.p50).toBeCloseTo(3, 1);
  expect(window.latency.max).toBeCloseTo(5, 1);
  expect(window.latencyPerVersion['v2']?.p99).toBeCloseTo(5, 1);
});

test('a window in which nothing happened is empty', () => {
  expect(example().between(5000, 6000)).toMatchObject({ requests: 0, failures: 0, perVersion: {} });
});
