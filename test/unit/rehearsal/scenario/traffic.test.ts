import { insideInterval, shareOf, tally, type Bucket } from '../../../../rehearsal/scenario/traffic';

const buckets: Bucket[] = [
  { t: 900, perVersion: { v1: 5 }, failures: 0 },
  { t: 1000, perVersion: { v1: 8, v2: 2 }, failures: 1 },
  { t: 1100, perVersion: { v2: 3 }, failures: 0 },
  { t: 1200, perVersion: { v1: 7 }, failures: 2 },
];

test('slices count from the first moment and up to, but not at, the last', () => {
  expect(tally(buckets, 1000, 1200)).toEqual({ requests: 14, perVersion: { v1: 8, v2: 5 }, failures: 1 });
});

test('a share is taken of the answers, not of the failures', () => {
  expect(shareOf('v2', tally(buckets, 1000, 1100))).toBeCloseTo(0.2);
  expect(shareOf('v3', tally(buckets, 1000, 1100))).toBe(0);
});

test.each([
  ['2,000 answers at their weight', { v1: 1800, v2: 200 }, 10, true],
  ['2,000 answers far from their weight', { v1: 1700, v2: 300 }, 10, false],
  ['one stray answer at weight 0', { v1: 1999, v2: 1 }, 0, false],
  ['no stray answer at weight 0', { v1: 2000 }, 0, true],
  ['one answer of the stable version at weight 100', { v1: 1, v2: 1999 }, 100, false],
])('%s', (_what, perVersion, weight, inside) => {
  const requests = Object.values(perVersion).reduce((sum, count) => sum + count, 0);
  expect(insideInterval('v2', weight, { requests, perVersion: { ...perVersion }, failures: 0 })).toBe(inside);
});

test('no answers are no evidence', () => {
  expect(insideInterval('v2', 0, { requests: 0, perVersion: {}, failures: 0 })).toBe(false);
  expect(insideInterval('v2', 0, { requests: 9, perVersion: {}, failures: 9 })).toBe(false);
});
