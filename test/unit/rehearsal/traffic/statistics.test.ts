import fc from 'fast-check';
import { binomialInterval95, withinInterval95 } from '../../../../rehearsal/traffic/statistics';
import { binomialQuantile } from '../../../../release/gates/sequential/binomial';

/** weight, requests, and the two quantiles as exact rational arithmetic gives them. */
const reference: [number, number, number, number][] = [
  [50, 1, 0, 1],
  [50, 10, 2, 8],
  [10, 20, 0, 5],
  [10, 100, 5, 16],
  [1, 100, 0, 3],
  [25, 500, 106, 144],
  [10, 2000, 174, 227],
  [25, 2000, 462, 538],
  [50, 2000, 956, 1044],
  [99, 1000, 983, 996],
];

test.each(reference)('weight %i of %i requests: from %i to %i', (weight, n, lo, hi) => {
  expect(binomialInterval95(weight, n)).toEqual([lo / n, hi / n]);
});

test('a weight of 0 or 100 leaves no room', () => {
  expect(binomialInterval95(0, 2000)).toEqual([0, 0]);
  expect(binomialInterval95(100, 2000)).toEqual([1, 1]);
  expect(withinInterval95(0, 1, 2000)).toBe(false);
  expect(withinInterval95(100, 2000, 2000)).toBe(true);
});

test('both ends belong to the interval', () => {
  expect([173, 174, 227, 228].map((count) => withinInterval95(10, count, 2000))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test('large numbers agree with the normal distribution', () => {
  const [lo, hi] = binomialInterval95(10, 1_000_000);
  const spread = 1.959964 * Math.sqrt((0.1 * 0.9) / 1_000_000);
  expect(lo).toBeCloseTo(0.1 - spread, 5);
  expect(hi).toBeCloseTo(0.1 + spread, 5);
});

test('the interval holds its weight and mirrors for the other version', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 100, max: 20_000 }), (weight, n) => {
      const [lo, hi] = binomialInterval95(weight, n);
      expect(lo).toBeLessThanOrEqual(weight / 100);
      expect(hi).toBeGreaterThanOrEqual(weight / 100);
      const mirrored = binomialInterval95(100 - weight, n);
      // One count of slack: where a cumulative probability meets the bound, the smallest such count is taken on either side.
      expect(Math.abs(1 - mirrored[1] - lo) * n).toBeLessThanOrEqual(1 + 1e-6);
      expect(Math.abs(1 - mirrored[0] - hi) * n).toBeLessThanOrEqual(1 + 1e-6);
    }),
    { numRuns: 200 },
  );
});

test('a quantile never leaves what can be counted', () => {
  expect(binomialQuantile(0.025, 5, 0.001)).toBe(0);
  expect(binomialQuantile(0.975, 5, 0.999)).toBe(5);
});

test.each([
  [-1, 10],
  [101, 10],
  [Number.NaN, 10],
  [10, 0],
  [10, 1.5],
])('weight %p of %p requests is refused', (weight, n) => {
  expect(() => binomialInterval95(weight, n)).toThrow(RangeError);
});
