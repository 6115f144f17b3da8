import type { V1Probe } from '@kubernetes/client-node';
import { ContainerWatch } from '../../../../rehearsal/workloads/container-watch';

const readiness: V1Probe = {
  httpGet: { path: '/ready', port: 1 },
  initialDelaySeconds: 2,
  periodSeconds: 5,
  failureThreshold: 2,
};
const startup: V1Probe = { httpGet: { path: '/started', port: 1 }, periodSeconds: 1, failureThreshold: 9 };

let ok: Record<string, boolean>;
let asked: string[];
let ends: number;
function watch(
  probes: { readiness?: V1Probe; startup?: V1Probe; liveness?: V1Probe },
  listening = () => true,
) {
  ok = {};
  ends = 0;
  asked = [];
  return new ContainerWatch({
    container: { name: 'app', image: '', ports: [], env: {}, isInit: false, ...probes },
    podIP: '10.244.0.9',
    listening,
    onChange: () => undefined,
    onDead: () => void (ends += 1),
    run: (probe) => {
      const path = probe.httpGet?.path ?? '';
      asked.push(path);
      return Promise.resolve(ok[path] ?? false);
    },
  });
}
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('nothing is probed before the initial delay, and readiness needs a success', async () => {
  const one = watch({ readiness });
  one.start();
  await pass(1900);
  expect(asked).toEqual([]);
  await pass(500);
  expect(asked.length).toBeGreaterThan(0);
  expect(one.state).toEqual({ started: true, ready: false });
  ok['/ready'] = true;
  await pass(400);
  expect(one.state.ready).toBe(true);
  one.stop();
});

test('readiness is lost only after the failure threshold, at the period of the probe', async () => {
  const one = watch({ readiness });
  ok['/ready'] = true;
  one.start();
  await pass(2100);
  ok['/ready'] = false;
  await pass(5000);
  expect(one.state.ready).toBe(true);
  await pass(5000);
  expect(one.state.ready).toBe(false);
  one.stop();
});

test('the startup probe holds the readiness probe back', async () => {
  const one = watch({ readiness: { ...readiness, initialDelaySeconds: 0 }, startup });
  ok['/ready'] = true;
  one.start();
  await pass(3000);
  expect(one.state).toEqual({ started: false, ready: false });
  expect(new Set(asked)).toEqual(new Set(['/started']));
  ok['/started'] = true;
  await pass(1000);
  expect(one.state).toEqual({ started: true, ready: true });
  one.stop();
});

test('a container without a probe is ready while its process listens', async () => {
  let listening = false;
  const one = watch({}, () => listening);
  one.start();
  await pass(1000);
  expect(one.state.ready).toBe(false);
  listening = true;
  await pass(400);
  expect(one.state.ready).toBe(true);
  one.stop();
});

test('a restart begins all over, and nothing is probed after the end', async () => {
  const one = watch({ readiness });
  ok['/ready'] = true;
  one.start();
  await pass(2100);
  one.start();
  expect(one.state).toEqual({ started: true, ready: false });
  one.stop();
  asked = [];
  await pass(20_000);
  expect(asked).toEqual([]);
});

const liveness: V1Probe = { httpGet: { path: '/live', port: 1 }, periodSeconds: 5, failureThreshold: 3 };

test('a container is ended when its liveness probe has failed often enough in a row, and not before', async () => {
  const one = watch({ liveness });
  ok['/live'] = true;
  one.start();
  await pass(6000);
  ok['/live'] = false;
  await pass(10_000);
  ok['/live'] = true;
  await pass(5000);
  ok['/live'] = false;
  await pass(13_000);
  expect(ends).toBe(0);
  await pass(2000);
  expect(ends).toBe(1);
  // Started again, it is asked again.
  one.start();
  await pass(15_000);
  expect(ends).toBe(2);
  one.stop();
});

test('the startup probe holds the liveness probe back, and ends a container that does not start', async () => {
  const one = watch({ liveness, startup });
  one.start();
  await pass(8900);
  expect(new Set(asked)).toEqual(new Set(['/started']));
  expect(ends).toBe(0);
  await pass(400);
  expect(ends).toBe(1);
  one.stop();
});
