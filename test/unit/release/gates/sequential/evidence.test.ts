import fc from 'fast-check';
import {
  binomialAtMost,
  binomialInterval,
  binomialQuantile,
} from '../../../../../release/gates/sequential/binomial';
import { comparisonFactors } from '../../../../../release/gates/sequential/comparison';
import {
  againstCeiling,
  ceilingEvidence,
  compare,
  startCeiling,
  startComparison,
} from '../../../../../release/gates/sequential/evidence';
import {
  factorsAbove,
  factorsBelow,
  oddsParts,
  wholeBatchFactors,
} from '../../../../../release/gates/sequential/proportion';
import { largestPossible } from '../../../../../release/gates/sequential/promotion';
import { bet, logWealth, startWealth, suffices } from '../../../../../release/gates/sequential/wealth';
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

  test('large counts neither overflow nor take long', () => {
    expect(binomialInterval(0.1, 10_000_000, 0.95)[0]).toBeCloseTo(0.09981, 4);
  });
});

/** The factor by which a batch changes the whole of a bet on all alternatives. */
const mixed = (factors: readonly number[], parts: readonly number[] = oddsParts): number =>
  sum(factors.map((factor, i) => parts[i]! * Math.exp(factor)));

describe('evidence on a proportion', () => {
  test('the parts of a bet are the whole of it', () => expect(sum(oddsParts)).toBeCloseTo(1, 9));

  test('under the bound itself the expected factor is 1, as a test martingale’s must be', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        (n, bound) => {
          const expected = (factor: (k: number) => number) =>
            sum(mass(n, bound).map((m, k) => m * factor(k)));
          expect(expected((k) => mixed(factorsAbove(k, n, bound)))).toBeCloseTo(1, 6);
          expect(expected((k) => mixed(factorsBelow(k, n, bound)))).toBeCloseTo(1, 6);
          expect(
            expected((k) => Math.max(...wholeBatchFactors(k, n, bound).map(Math.exp))),
          ).toBeLessThanOrEqual(100);
        },
      ),
      { numRuns: 40 },
    );
  });

  test.each([0.001, 0.01, 0.03, 0.05])('at %d below the bound of 5 %% no factor is expected above 1', (q) => {
    const expected = (factors: (k: number) => readonly number[]) =>
      factors(0).map((_, i) => sum(mass(40, q).map((m, k) => m * Math.exp(factors(k)[i]!))));
    for (const one of [
      ...expected((k) => factorsAbove(k, 40, 0.05)),
      ...expected((k) => wholeBatchFactors(k, 40, 0.05)),
    ]) {
      expect(one).toBeLessThanOrEqual(1 + 1e-9);
    }
  });

  test('the two sides mirror each other', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.integer({ min: 101, max: 500 }), (hits, n) => {
        expect(mixed(factorsBelow(hits, n, 0.3))).toBeCloseTo(mixed(factorsAbove(n - hits, n, 0.7)), 9);
      }),
    );
  });
});

describe('wealth', () => {
  const options = { batches: 100, cap: 1 };

  test('begins at 1, and a factor of 1 changes nothing', () => {
    const begun = startWealth([0.5, 0.5]);
    expect(logWealth(begun)).toBeCloseTo(0, 9);
    expect(logWealth(bet(begun, [0, 0], options))).toBeCloseTo(0, 9);
  });

  test('a factor is capped, a loss is not', () => {
    const begun = startWealth([1]);
    expect(logWealth(bet(begun, [50], options))).toBeLessThanOrEqual(1);
    expect(bet(begun, [-50], options).whole).toEqual([-50]);
  });

  test('what was lost for long is not in the way of what comes late', () => {
    let wealth = startWealth([1]);
    for (let i = 0; i < 90; i++) wealth = bet(wealth, [-1], options);
    for (let i = 0; i < 10; i++) wealth = bet(wealth, [2], { batches: 100 });
    expect(logWealth(wealth)).toBeGreaterThan(10);
  });

  test('whatever the factors of a fair bet, on average it stays at 1', () => {
    const next = random(7);
    let total = 0;
    for (let run = 0; run < 2_000; run++) {
      let wealth = startWealth([1]);
      for (let i = 0; i < 20; i++)
        wealth = bet(wealth, [Math.log(next() < 0.5 ? 1.4 : 0.6)], { batches: 20 });
      total += Math.exp(logWealth(wealth));
    }
    expect(total / 2_000).toBeCloseTo(1, 0);
    expect(total / 2_000).toBeLessThan(1.1);
  });
});

describe('evidence against a ceiling', () => {
  const batch = (canaryBad: number, stableBad: number) => ({
    canaryBad,
    canaryTotal: 50,
    stableBad,
    stableTotal: 450,
  });
  const after = (...batches: ReturnType<typeof batch>[]) =>
    ceilingEvidence(
      batches.reduce(
        (state, one) => againstCeiling(state, one, { ceiling: 0.01, batches: 120 }),
        startCeiling(),
      ),
    );

  test.each([
    ['two batches in which half fails', [batch(25, 1), batch(25, 2)], true],
    ['one batch in which all fail', [batch(50, 1)], false],
    ['a burst of 30 % in two batches', [batch(8, 1), batch(7, 1)], false],
    ['the same in both versions', [batch(25, 225), batch(25, 225)], false],
    ['everything fails in both', [batch(50, 450), batch(50, 450), batch(50, 450)], false],
    ['a canary that is always a little above', Array.from({ length: 60 }, () => batch(2, 2)), true],
    ['a canary below the ceiling', Array.from({ length: 60 }, () => batch(0, 2)), false],
  ])('%s: %#', (_, batches, sure) => expect(suffices(after(...batches), 0.002)).toBe(sure));

  test('where the stable version has no traffic the ceiling alone counts', () => {
    const alone = { canaryBad: 25, canaryTotal: 50, stableBad: 0, stableTotal: 0 };
    expect(suffices(after(alone, alone), 0.002)).toBe(true);
  });
});

describe('evidence for the canary', () => {
  test.each([
    [100, 0, false],
    [120, 0, true],
    [300, 3, true],
    [300, 15, false],
  ])('%i requests with %i errors rule 5 %% out at 99 %%: %s', (requests, errors, ruledOut) => {
    expect(largestPossible([{ requests, errors }], 0.99) <= 0.05).toBe(ruledOut);
  });

  test('nothing seen rules nothing out', () => {
    expect(largestPossible([], 0.99)).toBe(1);
    expect(largestPossible([{ requests: 0, errors: 0 }], 0.99)).toBe(1);
  });

  test('attempts add up, and an attempt with errors of its own does not spoil later ones for ever', () => {
    const half = { requests: 70, errors: 0 };
    expect(largestPossible([half, half], 0.99)).toBeLessThan(0.05);
    const outage = { requests: 1_000, errors: 500 };
    expect(largestPossible([outage, { requests: 300, errors: 0 }], 0.99)).toBeLessThan(0.05);
  });
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
          const factors = comparisonFactors(
            { canaryBad: k, canaryTotal: 8, stableBad: m, stableTotal: 12 },
            tolerated,
          );
          expectation += probability * (factors === undefined ? 1 : mixed(factors));
        }
        expect(expectation).toBeCloseTo(1, 6);
      }
    },
  );

  test('under better odds than tolerated its expectation is at most 1', () => {
    for (const ratio of [0.1, 0.7, 1.2, 1.49]) {
      let expectation = 0;
      for (const { k, m, probability } of outcomes(8, 12, odds(0.3, ratio), 0.3)) {
        const factors = comparisonFactors(
          { canaryBad: k, canaryTotal: 8, stableBad: m, stableTotal: 12 },
          1.5,
        );
        expectation += probability * (factors === undefined ? 1 : mixed(factors));
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
  ])('%s is evidence of nothing', (_, batch) => expect(comparisonFactors(batch, 1)).toBeUndefined());

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
      state = compare(state, batch, 1, 200);
    }
    expect(logWealth(state)).toBeLessThan(Math.log(20));
  });

  test('numbers stay finite for batches of a million', () => {
    const batch = { canaryBad: 2_000, canaryTotal: 100_000, stableBad: 9_000, stableTotal: 900_000 };
    const factor = mixed(comparisonFactors(batch, 1.5) ?? []);
    expect(Number.isFinite(factor)).toBe(true);
    expect(Math.log(factor)).toBeGreaterThan(20);
  });
});
