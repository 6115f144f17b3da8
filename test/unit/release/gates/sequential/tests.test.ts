import fc from 'fast-check';
import {
  binomialAtMost,
  binomialInterval,
  binomialQuantile,
  upperBound,
} from '../../../../../release/gates/sequential/binomial';
import {
  compare,
  comparisonEvidence,
  startComparison,
} from '../../../../../release/gates/sequential/comparison';
import {
  logEvidenceAbove,
  logEvidenceBelow,
  suffices,
} from '../../../../../release/gates/sequential/proportion';
import { binomial, random } from '../../random';

/** Probabilities of 0..n by plain multiplication: slow and beyond doubt. */
function mass(n: number, p: number): number[] {
  let row = [1];
  for (let i = 0; i < n; i++) {
    row = Array.from({ length: row.length + 1 }, (_, k) => (row[k] ?? 0) * (1 - p) + (row[k - 1] ?? 0) * p);
  }
  return row;
}

const p = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe('binomial distribution', () => {
  test('cumulative probabilities are those of plain multiplication', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), p, fc.nat(60), (n, probability, k) => {
        const exact = sum(mass(n, probability).slice(0, k + 1));
        expect(binomialAtMost(k, n, probability)).toBeCloseTo(Math.min(1, exact), 10);
      }),
    );
  });

  test('a quantile is the first count that reaches its probability', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), p, p, (n, q, probability) => {
        const k = binomialQuantile(q, n, probability);
        expect(binomialAtMost(k, n, probability)).toBeGreaterThanOrEqual(q);
        if (k > 0) expect(binomialAtMost(k - 1, n, probability)).toBeLessThan(q);
      }),
    );
  });

  test.each([
    // R: qbinom(c(.025,.975), n, p) / n
    [0.1, 1_000, 0.95, 0.082, 0.119],
    [0.5, 100, 0.95, 0.4, 0.6],
    [0, 50, 0.95, 0, 0],
    [1, 50, 0.95, 1, 1],
  ])('interval of %d in %i at %d', (share, n, confidence, low, high) =>
    expect(binomialInterval(share, n, confidence)).toEqual([low, high]),
  );

  test.each([
    // R: binom.test(k, n, alternative = 'less', conf.level = c)$conf.int[2]
    [0, 59, 0.95, 0.0495],
    [0, 90, 0.99, 0.0499],
    [5, 100, 0.95, 0.1023],
    [10, 10, 0.95, 1],
    [0, 0, 0.95, 1],
  ])('upper bound of %i in %i at %d', (k, n, confidence, bound) =>
    expect(upperBound(k, n, confidence)).toBeCloseTo(bound, 3),
  );

  test('large counts neither overflow nor take long', () => {
    expect(binomialInterval(0.1, 10_000_000, 0.95)[0]).toBeCloseTo(0.09981, 4);
    expect(upperBound(100_000, 10_000_000, 0.99)).toBeCloseTo(0.01007, 4);
  });
});

describe('evidence on a proportion', () => {
  test('under the bound itself its expectation is 1, as a test martingale’s must be', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        (n, bound) => {
          const expectation = sum(mass(n, bound).map((m, k) => m * Math.exp(logEvidenceAbove(k, n, bound))));
          expect(expectation).toBeCloseTo(1, 6);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('below the bound its expectation is at most 1', () => {
    for (const q of [0.001, 0.01, 0.03, 0.049]) {
      const expectation = sum(mass(40, q).map((m, k) => m * Math.exp(logEvidenceAbove(k, 40, 0.05))));
      expect(expectation).toBeLessThanOrEqual(1 + 1e-9);
    }
  });

  test('more hits are more evidence, and the two sides mirror each other', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.integer({ min: 101, max: 500 }), (hits, n) => {
        expect(logEvidenceAbove(hits + 1, n, 0.05)).toBeGreaterThan(logEvidenceAbove(hits, n, 0.05));
        expect(logEvidenceBelow(hits, n, 0.3)).toBeCloseTo(logEvidenceAbove(n - hits, n, 0.7), 9);
      }),
    );
  });

  test.each([
    ['all of five', 5, 5, true],
    ['5 of 10', 5, 10, true],
    ['one of one', 1, 1, false],
    ['3 of 100', 3, 100, false],
    ['none of 1000', 0, 1_000, false],
  ])('%s errors against a ceiling of 1 %% at one in a thousand: %s', (_, hits, n, sure) =>
    expect(suffices(logEvidenceAbove(hits, n, 0.01), 0.001)).toBe(sure),
  );
});

describe('evidence of a comparison', () => {
  /** All outcomes of a batch with independent versions, with their probabilities. */
  function* outcomes(nc: number, ns: number, pc: number, ps: number) {
    const [c, s] = [mass(nc, pc), mass(ns, ps)];
    for (let k = 0; k <= nc; k++) for (let m = 0; m <= ns; m++) yield { k, m, probability: c[k]! * s[m]! };
  }
  const odds = (probability: number, ratio: number) => {
    const o = (probability / (1 - probability)) * ratio;
    return o / (1 + o);
  };

  test.each([1, 1.5, 3])(
    'under exactly the tolerated odds (%d) its expectation is 1, whatever the errors of both',
    (tolerated) => {
      for (const ps of [0.01, 0.2, 0.6]) {
        let expectation = 0;
        for (const { k, m, probability } of outcomes(8, 12, odds(ps, tolerated), ps)) {
          const state = compare(
            startComparison(),
            { canaryBad: k, canaryTotal: 8, stableBad: m, stableTotal: 12 },
            tolerated,
          );
          expectation += probability * Math.exp(comparisonEvidence(state));
        }
        expect(expectation).toBeCloseTo(1, 6);
      }
    },
  );

  test('under better odds than tolerated its expectation is at most 1', () => {
    for (const ratio of [0.1, 0.7, 1.2, 1.49]) {
      let expectation = 0;
      for (const { k, m, probability } of outcomes(8, 12, odds(0.3, ratio), 0.3)) {
        const state = compare(
          startComparison(),
          { canaryBad: k, canaryTotal: 8, stableBad: m, stableTotal: 12 },
          1.5,
        );
        expectation += probability * Math.exp(comparisonEvidence(state));
      }
      expect(expectation).toBeLessThanOrEqual(1);
    }
  });

  test.each([
    ['no traffic at all', { canaryBad: 0, canaryTotal: 0, stableBad: 0, stableTotal: 0 }],
    ['only the stable version', { canaryBad: 0, canaryTotal: 0, stableBad: 3, stableTotal: 9 }],
    ['only the canary', { canaryBad: 3, canaryTotal: 9, stableBad: 0, stableTotal: 0 }],
    ['everything failed on both', { canaryBad: 9, canaryTotal: 9, stableBad: 90, stableTotal: 90 }],
    ['nothing failed on both', { canaryBad: 0, canaryTotal: 9, stableBad: 0, stableTotal: 90 }],
    ['a batch that cannot be', { canaryBad: 10, canaryTotal: 9, stableBad: 0, stableTotal: 90 }],
    ['a batch that fell', { canaryBad: -1, canaryTotal: 9, stableBad: 0, stableTotal: 90 }],
  ])('%s is evidence of nothing', (_, batch) =>
    expect(comparisonEvidence(compare(startComparison(), batch, 1))).toBe(0),
  );

  test('an outage that both share is no evidence against the canary, however long', () => {
    const next = random(5);
    let state = startComparison();
    for (let i = 0; i < 200; i++) {
      const shared = i % 20 < 10 ? 0.6 : 0.001;
      const batch = {
        canaryBad: binomial(next, 10, shared),
        canaryTotal: 10,
        stableBad: binomial(next, 90, shared),
        stableTotal: 90,
      };
      state = compare(state, batch, 1);
    }
    expect(comparisonEvidence(state)).toBeLessThan(Math.log(20));
  });

  test('numbers stay finite for batches of a million', () => {
    const batch = { canaryBad: 2_000, canaryTotal: 100_000, stableBad: 9_000, stableTotal: 900_000 };
    const evidence = comparisonEvidence(compare(startComparison(), batch, 1.5));
    expect(Number.isFinite(evidence)).toBe(true);
    expect(evidence).toBeGreaterThan(20);
  });
});
