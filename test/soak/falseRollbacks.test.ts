import { errorsOnly, kinds, rates, repeat, weights } from '../simulation/release/gates/simulator/cells';

/** So few bakes a cell bound it loosely and take minutes; `npm run simulate` plays more of them and prints the table. */
const RUNS = 100;

/** The largest count that a rate leaves possible in so many bakes, but for one case in ten thousand. */
function most(rate: number): number {
  let [count, term, sum] = [0, (1 - rate) ** RUNS, (1 - rate) ** RUNS];
  for (; sum < 0.9999; count++) {
    term *= ((RUNS - count) / (count + 1)) * (rate / (1 - rate));
    sum += term;
  }
  return count;
}

describe.each(kinds)('$name', (kind) => {
  const cells = weights.flatMap((weight) => rates.map((rate) => ({ weight, rate })));

  test.each(cells)('weight $weight at $rate requests/s: no more rollbacks than stated', (cell) => {
    const { failed, because } = repeat(RUNS, { ...kind, ...errorsOnly, ...cell });
    expect({ failed, because, within: failed <= most(kind.bound) }).toMatchObject({ within: true });
  });
});

test.each(weights)('with latencies, weight %i at 100 requests/s: no more rollbacks than stated', (weight) => {
  const { failed, because } = repeat(RUNS, { ...kinds[1]!, rate: 100, weight });
  expect({ failed, because, within: failed <= most(kinds[1]!.bound) }).toMatchObject({ within: true });
});

test('the simulation can fail: without the stable version to excuse it, a burst that both share condemns', () => {
  const [, , shared] = kinds;
  const { failed } = repeat(40, { ...shared!, ...errorsOnly, weight: 100, rate: 100 });
  expect(failed).toBeGreaterThan(most(shared!.bound));
});
