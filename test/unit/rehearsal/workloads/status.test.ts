import type { V1Pod } from '@kubernetes/client-node';
import { fingerprint, isReady, statusPatch } from '../../../../rehearsal/workloads/status';

const then = new Date('2026-01-01T00:00:00Z');
const now = new Date('2026-01-01T00:01:00Z');

const pod = (more: Partial<V1Pod> = {}): V1Pod => ({
  status: {
    conditions: [
      { type: 'Ready', status: 'False', lastTransitionTime: then },
      { type: 'ContainersReady', status: 'False', lastTransitionTime: then },
    ],
    containerStatuses: [
      {
        ...{ name: 'app', image: 'a', imageID: '', ready: false, restartCount: 0 },
        state: { running: { startedAt: then } },
      },
    ],
  },
  ...more,
});
const report = { name: 'app', started: true, ready: true, restarts: 0 };
const conditionOf = (patch: ReturnType<typeof statusPatch>, type: string) =>
  patch.status.conditions.find((one) => one.type === type);

test('a pod is ready when all its containers are', () => {
  const patch = statusPatch(pod(), [report], false, now);
  expect(conditionOf(patch, 'Ready')).toMatchObject({
    status: 'True',
    lastTransitionTime: now,
    reason: null,
  });
  expect(patch.status.containerStatuses?.[0]).toMatchObject({ ready: true, started: true, image: 'a' });
});

test('a container that is not ready is named, and the time of a state that stays is kept', () => {
  const patch = statusPatch(pod(), [{ ...report, ready: false }], false, now);
  expect(conditionOf(patch, 'Ready')).toMatchObject({
    status: 'False',
    lastTransitionTime: then,
    message: 'containers with unready status: [app]',
  });
});

test('a pod that is being deleted is not ready', () => {
  expect(conditionOf(statusPatch(pod(), [report], true, now), 'Ready')).toMatchObject({ status: 'False' });
  expect(isReady(pod(), [report], true)).toBe(false);
});

test('a closed readiness gate keeps the pod, not its containers, from being ready', () => {
  const gated = pod({ spec: { containers: [], readinessGates: [{ conditionType: 'example.com/gate' }] } });
  const patch = statusPatch(gated, [report], false, now);
  expect(conditionOf(patch, 'ContainersReady')?.status).toBe('True');
  expect(conditionOf(patch, 'Ready')?.status).toBe('False');
});

test('a crash shows as back-off, and the restart after it as a new start', () => {
  const crashed = { ...report, ready: false, started: false, crashedAt: now };
  const patch = statusPatch(pod(), [crashed], false, now);
  expect(patch.status.containerStatuses?.[0]).toMatchObject({
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 1 } },
  });
  const restarted = statusPatch(pod(), [{ ...report, restarts: 1 }], false, now);
  expect(restarted.status.containerStatuses?.[0]).toMatchObject({
    restartCount: 1,
    state: { running: { startedAt: now } },
  });
});

test('patches that differ in time only have the same fingerprint', () => {
  const early = fingerprint(statusPatch(pod(), [report], false, then));
  expect(fingerprint(statusPatch(pod(), [report], false, now))).toBe(early);
  expect(fingerprint(statusPatch(pod(), [{ ...report, ready: false }], false, now))).not.toBe(early);
});
