import { at, fieldPath, same } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { containersOf, isFilledIn, workload, workloadObjects, type Container } from '../view/workloads';

function probeFindings({ object, path, container }: Container): (Finding | undefined)[] {
  const readiness = at(container, 'readinessProbe');
  const liveness = at(container, 'livenessProbe');
  return [
    readiness === undefined
      ? finding(
          object,
          fieldPath(...path, 'readinessProbe'),
          'is missing: the pod gets requests before it can answer them, and a release cannot tell a good canary from a dead one',
          'add a readinessProbe that asks the service itself',
        )
      : undefined,
    liveness === undefined
      ? finding(
          object,
          fieldPath(...path, 'livenessProbe'),
          'is missing: a process that hangs is never started anew',
          'add a livenessProbe that gives up later than the readinessProbe',
        )
      : undefined,
    readiness !== undefined && same(readiness, liveness)
      ? finding(
          object,
          fieldPath(...path, 'livenessProbe'),
          'is the same as the readinessProbe: under load, a pod that should only be left out is killed',
          'let it fail later: a higher failureThreshold or a longer period',
        )
      : undefined,
  ];
}

export const probes: Policy = {
  id: 'R25-probes',
  title: 'Every container that serves has a readiness probe and a liveness probe, and they differ',
  severity: 'high',
  enforcement: { ...everywhere('mandatory'), rehearsal: 'advisory' },
  scope: 'object',
  remedy: 'Add both probes; the liveness probe gives up later than the readiness probe.',
  document:
    'Kubernetes, Configure liveness, readiness and startup probes; Polaris, livenessProbeMissing and readinessProbeMissing',
  check: (view) =>
    judge(workloadObjects(view), (object) => {
      const owner = workload(object);
      return owner.serving
        ? containersOf(owner)
            .filter((container) => container.main && !isFilledIn(container))
            .flatMap(probeFindings)
        : [];
    }),
};
