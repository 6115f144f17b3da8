import { drawLatencyMs, Faults } from '../../../../rehearsal/workloads/faults';

const pod = { namespace: 'prod', name: 'reviews-v2-a-b', service: 'reviews', version: 'v2' };

test('a fault is for the pods that its selector names', () => {
  const faults = new Faults();
  faults.setFault({ service: 'reviews', version: 'v2' }, { unhealthy: true });
  expect(faults.faultOf(pod)).toEqual({ unhealthy: true });
  expect(faults.faultOf({ ...pod, version: 'v1' })).toEqual({});
  expect(faults.faultOf({ ...pod, service: 'ratings' })).toEqual({});
});

test('faults of several selectors come together, one of the same selector is replaced', () => {
  const faults = new Faults();
  faults.setFault({ service: 'reviews' }, { latency: { fixedMs: 5 } });
  faults.setFault({ pod: pod.name }, { errors: { share: 1 } });
  expect(faults.faultOf(pod)).toEqual({ latency: { fixedMs: 5 }, errors: { share: 1 } });
  faults.setFault({ service: 'reviews' }, { neverReady: true });
  expect(faults.faultOf(pod)).toEqual({ neverReady: true, errors: { share: 1 } });
  faults.clearFaults({ pod: pod.name });
  expect(faults.faultOf(pod)).toEqual({ neverReady: true });
  faults.clearFaults();
  expect(faults.faultOf(pod)).toEqual({});
});

test('every change is told until the subscription ends', () => {
  const faults = new Faults();
  const told = jest.fn();
  const end = faults.onChange(told);
  faults.setFault({}, {});
  faults.clearFaults();
  end();
  faults.setFault({}, {});
  expect(told).toHaveBeenCalledTimes(2);
});

/** A small generator with a fixed seed, so that the shares below are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test('added latency has the median and the 99th percentile that were asked for', () => {
  const random = seeded(7);
  const draws = Array.from({ length: 20_000 }, () => drawLatencyMs({ p50Ms: 50, p99Ms: 300 }, random)).sort(
    (a, b) => a - b,
  );
  expect(draws[10_000]).toBeGreaterThan(47);
  expect(draws[10_000]).toBeLessThan(53);
  expect(draws[19_800]).toBeGreaterThan(270);
  expect(draws[19_800]).toBeLessThan(330);
  expect(drawLatencyMs({ fixedMs: 7 }, random)).toBe(7);
});
