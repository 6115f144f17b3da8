import fc from 'fast-check';
import { counterValue } from '../../../../release/metrics/counting/value';
import {
  addCumulative,
  fromCumulative,
  minus,
  quantileBound,
  quantileEstimate,
  slowerThan,
  toCumulative,
  totalOf,
} from '../../../../release/metrics/histogram';

test.each(['NaN', '+Inf', '', ' ', 'x', null, undefined, -1, NaN, Infinity, true, {}, []])(
  '%p is no count',
  (raw) => expect(() => counterValue(raw, 'it')).toThrow(/where a count is due/),
);

test('a histogram of cumulative buckets keeps every request', () => {
  const histogram = fromCumulative(
    new Map([
      [100, 30],
      [10, 20],
      [Infinity, 33],
    ]),
    'h',
  );
  expect(histogram).toEqual({ bounds: [10, 100], counts: [20, 10, 3] });
  expect(totalOf(histogram)).toBe(33);
  expect([slowerThan(histogram, 10), slowerThan(histogram, 100)]).toEqual([13, 3]);
});

test.each<[string, [number, number][]]>([
  [
    'no bucket without bound',
    [
      [10, 1],
      [100, 2],
    ],
  ],
  ['no finite bucket', [[Infinity, 2]]],
  [
    'falling buckets',
    [
      [10, 100],
      [100, 50],
      [Infinity, 200],
    ],
  ],
  ['nothing', []],
])('no histogram: %s', (_, buckets) => expect(() => fromCumulative(new Map(buckets), 'h')).toThrow(/^h has/));

test('a dent of a request is levelled, and no count is negative', () => {
  const { counts } = fromCumulative(
    new Map([
      [10, 100],
      [20, 99],
      [Infinity, 101],
    ]),
    'h',
  );
  expect(counts).toEqual([100, 0, 1]);
});

test('quantiles: the bucket they lie in, and an estimate inside of it', () => {
  const histogram = { bounds: [10, 100, 1_000], counts: [90, 8, 1, 1] };
  expect([0.5, 0.9, 0.98, 0.99, 0.995].map((q) => quantileBound(histogram, q))).toEqual([
    10,
    10,
    100,
    1_000,
    Infinity,
  ]);
  expect(quantileEstimate(histogram, 0.45)).toBeCloseTo(5);
  expect(quantileEstimate(histogram, 0.94)).toBeCloseTo(55);
  expect(quantileBound({ bounds: [1], counts: [0, 0] }, 0.5)).toBeUndefined();
  fc.assert(
    fc.property(
      fc.array(fc.nat(20), { minLength: 4, maxLength: 4 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (counts, q) => {
        const h = { bounds: [10, 100, 1_000], counts };
        const bound = quantileBound(h, q);
        const estimate = quantileEstimate(h, q);
        if (bound === undefined) expect(estimate).toBeUndefined();
        else expect(estimate).toBeLessThanOrEqual(bound);
      },
    ),
  );
});

test('a later reading minus an earlier one, and none where they are not of one kind', () => {
  const early = { bounds: [10], counts: [1, 2] };
  expect(minus({ bounds: [10], counts: [4, 2] }, early)).toEqual({ bounds: [10], counts: [3, 0] });
  expect(minus({ bounds: [10], counts: [0, 2] }, early)).toBeUndefined();
  expect(minus({ bounds: [20], counts: [4, 2] }, early)).toBeUndefined();
});

test('a histogram and its cumulative buckets are one thing', () => {
  const histogram = { bounds: [10, 100], counts: [20, 10, 3] };
  expect(fromCumulative(toCumulative(histogram), 'h')).toEqual(histogram);
});

test('buckets of several kinds are added at the bounds that all have', () => {
  const kinds = [
    new Map([
      [10, 4],
      [25, 8],
      [Infinity, 10],
    ]),
    new Map([
      [10, 1],
      [50, 2],
      [Infinity, 3],
    ]),
  ];
  expect([...addCumulative(kinds)]).toEqual([
    [10, 5],
    [Infinity, 13],
  ]);
  expect([...addCumulative([])]).toEqual([]);
});
