import { ratios, slope, spread } from '../../../../rehearsal/bench/statistics';

test('a spread has the middle, the ends and every value in the order of the run', () => {
  expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, values: [3, 1, 2] });
  expect(spread([4, 1, 2, 3]).median).toBe(2.5);
});

test('nothing measured has no middle', () => {
  expect(() => spread([])).toThrow('nothing was measured');
});

test('a ratio is taken within its round: a slow round slows both down', () => {
  expect(ratios([2, 20, 4], [1, 10, 2])).toEqual({ median: 2, min: 2, max: 2, values: [2, 2, 2] });
});

test('values without counterparts are no ratios', () => {
  expect(() => ratios([1, 2], [1])).toThrow('2 values have 1 counterparts');
});

test('a slope is what one more costs, whatever the first costs', () => {
  expect(slope([1, 10, 50, 100].map((x) => [x, 1.5 + 0.03 * x]))).toBeCloseTo(0.03, 10);
});
