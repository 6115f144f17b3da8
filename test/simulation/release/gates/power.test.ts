import { everPasses } from './simulator/attempts';
import { kinds, repeat, watchAfter } from './simulator/cells';
import { faults, lateFaults, slowStarts } from './simulator/faults';
import { play } from './simulator/play';
import { independent } from './simulator/traffic';

test.each([...faults, ...lateFaults])('$name: found in time', ({ play: what, medianSeconds }) => {
  const { failed, runs, medianSeconds: median } = repeat(41, what);
  expect(failed).toBeGreaterThan(runs / 2);
  expect(median).toBeLessThanOrEqual(medianSeconds);
});

test.each(slowStarts)('a canary that is $name in its first minute passes', ({ play: what }) => {
  const { failed, passed, runs } = repeat(20, what);
  expect({ failed, passed }).toEqual({ failed: 0, passed: runs });
});

test('a good canary passes at the end and not before', () => {
  const { passed, runs, medianSeconds, worstSeconds } = repeat(12, {
    traffic: independent,
    rate: 100,
    weight: 10,
    base: 0.002,
  });
  expect({ passed, medianSeconds, worstSeconds }).toEqual({
    passed: runs,
    medianSeconds: 300,
    worstSeconds: 300,
  });
});

test('the last ten seconds of six hours are bad: not promoted, and condemned within half a minute', () => {
  for (let seed = 1; seed <= 2; seed++) {
    const { decision, seconds } = play(
      {
        traffic: independent,
        rate: 100,
        weight: 10,
        base: 0.002,
        extra: (second) => (second < 21_590 ? 0 : 1),
        settings: { bake: '6h', latency: false },
      },
      seed,
    );
    expect(decision.verdict).toBe('fail');
    expect(seconds).toBeLessThanOrEqual(21_600 + 30);
  }
});

test('a canary at the unacceptable rate, tried again five times, passes at most once in a hundred steps', () => {
  const runs = 100;
  let passed = 0;
  for (let seed = 1; seed <= runs; seed++) {
    if (everPasses({ requestsPerLook: 20, attempts: 5 }, seed)) passed++;
  }
  expect(passed / runs).toBeLessThanOrEqual(0.01);
});

test.each(kinds)('watched on after the promotion, a sound canary stays: $name', (kind) => {
  const { failed, runs, because } = repeat(12, { ...kind, ...watchAfter, rate: 100 });
  expect({ because, within: failed <= (kind.bound < 0.01 ? 0 : runs / 6) }).toMatchObject({ within: true });
});

test('too little traffic is held, not passed', () => {
  const { failed, passed } = repeat(20, { traffic: independent, rate: 1, weight: 10, base: 0.002 });
  expect({ failed, passed }).toEqual({ failed: 0, passed: 0 });
});
