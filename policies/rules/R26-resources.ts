import { at, fieldPath } from '../model/json';
import { judge } from '../model/judge';
import { finding, type Finding, type Policy } from '../model/policy';
import { containersOf, workload, workloadObjects, type Container } from '../view/workloads';

const wanted = [
  ['requests', 'cpu', 'the scheduler puts the pod anywhere, and under load it gets what is left', '100m'],
  ['requests', 'memory', 'the scheduler puts the pod anywhere, and it is the first to be evicted', '128Mi'],
  ['limits', 'memory', 'a leak takes the memory of its neighbours', '256Mi'],
] as const;

function missing({ object, path, container }: Container): (Finding | undefined)[] {
  return wanted.map(([part, resource, effect, example]) =>
    at(container, 'resources', part, resource) === undefined
      ? finding(
          object,
          fieldPath(...path, 'resources', part, resource),
          `is missing: ${effect}`,
          `add it, such as ${example}`,
        )
      : undefined,
  );
}

export const resources: Policy = {
  id: 'R26-resources',
  title: 'Every container asks for CPU and memory and has a limit of memory',
  severity: 'medium',
  enforcement: { production: 'mandatory', test: 'mandatory', rehearsal: 'advisory' },
  scope: 'object',
  remedy:
    'Write requests for cpu and memory and a limit for memory. A limit for cpu is left to you: it throttles.',
  document: 'Kubernetes, Resource management for pods and containers',
  check: (view) => judge(workloadObjects(view), (object) => containersOf(workload(object)).flatMap(missing)),
};
