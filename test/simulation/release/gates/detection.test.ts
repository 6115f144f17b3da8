import { good, lognormal, simulate, type Scenario } from './simulation';

const settings = { bake: '2m', interval: '1s' };
const base = { weight: 10, canary: good(), stable: good(), settings };

function many(n: number, scenario: Partial<Scenario>) {
  const runs = Array.from({ length: n }, (_, i) => simulate({ ...base, ...scenario, seed: i + 1 }));
  const seconds = runs.map((run) => run.seconds).sort((a, b) => a - b);
  const because = new Set(runs.flatMap(({ decision }) => decision.because.map(({ id }) => id)));
  return {
    verdicts: [...new Set(runs.map(({ decision }) => decision.verdict))],
    median: seconds[n >> 1]!,
    worst: seconds.at(-1)!,
    because,
  };
}

test('50 % errors at weight 10 and 100 requests/s: condemned within five seconds, every time', () => {
  const { verdicts, median, worst } = many(40, { canary: { ...good(), errors: 0.5 } });
  expect(verdicts).toEqual(['fail']);
  expect(median).toBeLessThanOrEqual(2);
  expect(worst).toBeLessThanOrEqual(5);
});

test('5 % errors: condemned well within a minute, every time', () => {
  const { verdicts, median, worst } = many(40, { canary: { ...good(), errors: 0.05 } });
  expect(verdicts).toEqual(['fail']);
  expect(median).toBeLessThanOrEqual(20);
  expect(worst).toBeLessThanOrEqual(60);
});

test('300 ms more for everybody: condemned right after the warm-up', () => {
  const { verdicts, worst, because } = many(25, {
    canary: { errors: 0.002, latency: (next) => lognormal(20)(next) + 300 },
  });
  expect(verdicts).toEqual(['fail']);
  expect(because).toEqual(new Set(['latencyAgainstStable']));
  expect(worst).toBeLessThanOrEqual(15);
});

test('300 ms more for 3 % only, which is the p99: condemned within the bake', () => {
  const latency = (next: () => number) => lognormal(20)(next) + (next() < 0.03 ? 300 : 0);
  const { verdicts, because } = many(40, { canary: { errors: 0.002, latency } });
  expect(verdicts).toEqual(['fail']);
  expect(because).toEqual(new Set(['latencyAgainstStable']));
});

test('a good canary passes, at the end and not before', () => {
  const { verdicts, median, worst } = many(12, {});
  expect({ verdicts, median, worst }).toEqual({ verdicts: ['pass'], median: 120, worst: 120 });
});

test('a canary that is slow while it is cold only, passes', () => {
  const latency = (next: () => number, second: number) => lognormal(second <= 9 ? 400 : 20)(next);
  expect(many(12, { canary: { errors: 0.002, latency } }).verdicts).toEqual(['pass']);
});

test('a backend that both need fails for a while: the comparison stays calm', () => {
  const outage = { ...good(), errors: (second: number) => (second > 30 && second < 50 ? 0.3 : 0.002) };
  const lenient = { ...settings, errors: { ceiling: 0.3, unacceptable: 0.5 } };
  expect(many(12, { canary: outage, stable: outage, settings: lenient }).verdicts).toEqual(['pass']);
});

test('a few requests are no proof: too little traffic is inconclusive, at the longest time', () => {
  const { verdicts, worst, because } = many(10, { requestsPerSecond: 2 });
  expect(verdicts).toEqual(['inconclusive']);
  expect(worst).toBe(240);
  expect(because).toContain('sample');
});

test.each([
  ['no traffic at the canary', 0],
  ['three times the weight', 0.3],
])('%s fails on the share', (_, share) => {
  const { verdicts, because, worst } = many(10, { share });
  expect(verdicts).toEqual(['fail']);
  expect(because).toContain('share');
  expect(worst).toBeLessThanOrEqual(30);
});

test('a canary that turns bad half way is condemned', () => {
  const errors = (second: number) => (second < 60 ? 0.001 : 0.5);
  const { verdicts, worst } = many(12, { canary: { ...good(), errors } });
  expect(verdicts).toEqual(['fail']);
  expect(worst).toBeLessThanOrEqual(70);
});

test('gaps in the evidence lose nothing: every third look only, and the verdict is the same', () => {
  const distort: Scenario['distort'] = (look, second) =>
    second % 3 === 0
      ? look
      : {
          ...look,
          evidence: {
            ...look.evidence,
            v1: { kind: 'none', version: 'v1', reason: 'timeout', detail: '', queries: [] },
          },
        };
  expect(many(12, { canary: { ...good(), errors: 0.05 }, distort }).verdicts).toEqual(['fail']);
  expect(many(10, { distort }).verdicts).toEqual(['pass']);
});
