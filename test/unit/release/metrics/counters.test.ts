import fc from 'fast-check';
import { counterValue, increase, newest, reachesBack } from '../../../../release/metrics/counters';
import {
  fromCumulative,
  minus,
  quantileBound,
  quantileEstimate,
  slowerThan,
  totalOf,
} from '../../../../release/metrics/histogram';
import { parsePromText } from '../../../../release/metrics/promText';

/** A counter with steps and restarts, and what really happened after `from`. */
const history = fc.array(fc.record({ step: fc.nat(50), restart: fc.boolean(), seen: fc.boolean() }), {
  minLength: 1,
  maxLength: 30,
});

test('a counter that is read at every moment gives exactly what happened, over any restarts', () => {
  fc.assert(
    fc.property(history, fc.nat(30), (steps, from) => {
      let value = 0;
      let truth = 0;
      let hidden = false;
      const samples = steps.map(({ step, restart }, i): [number, number] => {
        // A restart that counts as far as before at once cannot be seen; nobody could.
        if (restart && step < value) value = 0;
        else if (restart) hidden = true;
        value += step;
        if (i > from) truth += step;
        return [i, value];
      });
      fc.pre(!hidden && from < samples.length);
      expect(increase(samples, from, samples.length)).toBe(truth);
    }),
  );
});

test('fewer readings never invent requests', () => {
  fc.assert(
    fc.property(history, (steps) => {
      let value = 0;
      const all = steps.map(({ step, restart, seen }, i) => {
        if (restart) value = 0;
        value += step;
        return { sample: [i, value] as [number, number], seen };
      });
      const some = all.filter(({ seen }) => seen).map(({ sample }) => sample);
      const whole = steps.reduce((sum, { step }) => sum + step, 0);
      expect(increase(some, -1, 100)).toBeLessThanOrEqual(whole);
    }),
  );
});

test.each<[string, [number, number][], number, number, number]>([
  [
    'within',
    [
      [0, 5],
      [10, 8],
      [20, 15],
    ],
    10,
    20,
    7,
  ],
  [
    'born inside',
    [
      [15, 4],
      [20, 9],
    ],
    10,
    20,
    9,
  ],
  [
    'what comes later is not counted',
    [
      [10, 1],
      [20, 2],
      [30, 9],
    ],
    10,
    20,
    1,
  ],
  [
    'restart',
    [
      [10, 100],
      [20, 3],
      [30, 5],
    ],
    10,
    30,
    5,
  ],
  ['nothing', [], 0, 10, 0],
  ['only before', [[0, 7]], 10, 20, 0],
])('increase: %s', (_, samples, from, to, expected) => expect(increase(samples, from, to)).toBe(expected));

test('how far the memory reaches, and the newest sample', () => {
  const series = [
    {
      labels: {},
      samples: [
        [15, 1],
        [25, 2],
      ] as [number, number][],
    },
  ];
  expect([reachesBack(series, 10), reachesBack(series, 15), reachesBack([], 15)]).toEqual([
    false,
    true,
    false,
  ]);
  expect([newest(series, 20), newest(series, 100), newest([], 1)]).toEqual([15, 25, -Infinity]);
});

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

test('text format: labels with quotes, commas and line breaks, values of every kind', () => {
  const sample = parsePromText('# HELP x y\n\nx{a="1,\\"2\\"\\n",b="}"} 3e+05 1700000\ny +Inf\n z{} NaN\n');
  expect(sample).toEqual([
    { name: 'x', labels: { a: '1,"2"\n', b: '}' }, value: 300_000 },
    { name: 'y', labels: {}, value: Infinity },
    { name: 'z', labels: {}, value: NaN },
  ]);
  expect(parsePromText('<html>')).toBeUndefined();
  expect(parsePromText('x{a=1} 2')).toBeUndefined();
});
