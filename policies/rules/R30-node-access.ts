import { at, fieldPath, listAt } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import { containersOf, mayReachNode, podPath, podSpec, workload, workloadObjects } from '../view/workloads';

export const nodeAccess: Policy = {
  id: 'R30-node-access',
  title: 'Only listed agents reach into their node',
  severity: 'critical',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'Remove it; an agent that must, such as DataKit, is listed by its id under nodeAgents.',
  document:
    'Kubernetes, Pod Security Standards, profile baseline: host namespaces, privileged containers, hostPath volumes',
  check: (view) =>
    judge(workloadObjects(view), (object) => {
      const owner = workload(object);
      if (mayReachNode(view, owner)) return [];
      const told = (field: string, what: string) =>
        finding(
          object,
          field,
          `${what}: who takes over this pod has the node`,
          'remove it, or list the workload under nodeAgents',
        );
      return [
        ...['hostNetwork', 'hostPID', 'hostIPC'].map((key) =>
          at(podSpec(owner), key) === true
            ? told(fieldPath(...podPath(owner, key)), 'shares a namespace of the node')
            : undefined,
        ),
        ...listAt(podSpec(owner), 'volumes').map((volume, place) =>
          at(volume, 'hostPath') === undefined
            ? undefined
            : told(fieldPath(...podPath(owner, 'volumes', place, 'hostPath')), 'mounts a folder of the node'),
        ),
        ...containersOf(owner).map(({ container, path }) =>
          at(container, 'securityContext', 'privileged') === true
            ? told(fieldPath(...path, 'securityContext', 'privileged'), 'runs with all rights on the node')
            : undefined,
        ),
      ];
    }),
};
