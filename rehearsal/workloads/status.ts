import type { V1ContainerStatus, V1Pod, V1PodCondition } from '@kubernetes/client-node';

/** What the agent knows about one container. */
export interface ContainerReport {
  readonly name: string;
  readonly started: boolean;
  readonly ready: boolean;
  readonly restarts: number;
  /** Set while the container waits to be started again after a crash: when it crashed. */
  readonly crashedAt?: Date;
}

/** The part of a pod's status that the agent owns. */
export interface StatusPatch {
  readonly status: {
    readonly conditions: readonly V1PodCondition[];
    readonly containerStatuses?: readonly V1ContainerStatus[];
    readonly initContainerStatuses?: readonly V1ContainerStatus[];
  };
}

const crashed = (at: Date): Pick<V1ContainerStatus, 'state' | 'lastState'> => ({
  state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off restarting failed container' } },
  lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: at } },
});

function merged(
  statuses: readonly V1ContainerStatus[] | undefined,
  reports: readonly ContainerReport[],
  now: Date,
): V1ContainerStatus[] | undefined {
  return statuses?.map((status) => {
    const report = reports.find(({ name }) => name === status.name);
    if (!report) return status;
    const { started, ready, restarts } = report;
    const common = { ...status, started, ready, restartCount: restarts };
    if (report.crashedAt) return { ...common, ...crashed(report.crashedAt) };
    return status.state?.running && status.restartCount === restarts
      ? common
      : { ...common, state: { running: { startedAt: now } } };
  });
}

function condition(pod: V1Pod, type: string, ok: boolean, message: string, now: Date): V1PodCondition {
  const status = ok ? 'True' : 'False';
  const before = pod.status?.conditions?.find((one) => one.type === type);
  return {
    type,
    status,
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : now,
    // A strategic merge keeps what is left out, so what no longer holds has to be taken away by name.
    reason: (ok ? null : 'ContainersNotReady') as unknown as string,
    message: (ok ? null : message) as unknown as string,
  };
}

/** Names of the containers that keep the pod from being ready. */
function unready(reports: readonly ContainerReport[]): string[] {
  return reports.filter(({ ready }) => !ready).map(({ name }) => name);
}

/** Whether the pod's own readiness gates, which others set, are all open. */
function gatesOpen(pod: V1Pod): boolean {
  const conditions = pod.status?.conditions ?? [];
  return (pod.spec?.readinessGates ?? []).every(({ conditionType }) =>
    conditions.some(({ type, status }) => type === conditionType && status === 'True'),
  );
}

/** Whether a pod with these containers is Ready. */
export function isReady(pod: V1Pod, reports: readonly ContainerReport[], terminating: boolean): boolean {
  return !terminating && unready(reports).length === 0 && gatesOpen(pod);
}

/** The strategic merge patch that makes the pod's status say what the reports say. Pure: `now` is given. */
export function statusPatch(
  pod: V1Pod,
  reports: readonly ContainerReport[],
  terminating: boolean,
  now: Date,
): StatusPatch {
  const waiting = unready(reports);
  const message = terminating
    ? 'the pod is being deleted'
    : waiting.length > 0
      ? `containers with unready status: [${waiting.join(' ')}]`
      : 'a readiness gate is closed';
  const containerStatuses = merged(pod.status?.containerStatuses, reports, now);
  const initContainerStatuses = merged(pod.status?.initContainerStatuses, reports, now);
  return {
    status: {
      conditions: [
        condition(pod, 'ContainersReady', !terminating && waiting.length === 0, message, now),
        condition(pod, 'Ready', isReady(pod, reports, terminating), message, now),
      ],
      ...(containerStatuses ? { containerStatuses } : {}),
      ...(initContainerStatuses ? { initContainerStatuses } : {}),
    },
  };
}

/** Two patches that differ in times only need not both be sent. */
export function fingerprint(patch: StatusPatch): string {
  const { conditions, containerStatuses = [], initContainerStatuses = [] } = patch.status;
  return JSON.stringify([
    conditions.map(({ type, status, message }) => [type, status, message]),
    [...initContainerStatuses, ...containerStatuses].map((one) => [
      one.name,
      one.started,
      one.ready,
      one.restartCount,
      one.state?.waiting?.reason,
    ]),
  ]);
}
