import { at, fieldPath, isMap, listAt, numberAt, textAt, textsAt, type Segment } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import {
  containersOf,
  mayReachNode,
  podPath,
  podSpec,
  workload,
  workloadObjects,
  type Container,
  type Workload,
} from '../view/workloads';

const volumeKinds = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
/** Judged by R30, with everything else that reaches into the node. */
const nodeVolume = 'hostPath';

const refused = 'the API server refuses the pod in a namespace that enforces restricted';

/** What counts for a container: its own setting, else the pod's. */
function effective({ workload: owner, container }: Container, key: string): unknown {
  return at(container, 'securityContext', key) ?? at(podSpec(owner), 'securityContext', key);
}

function containerFindings(container: Container): (Finding | undefined)[] {
  const place = (...path: readonly Segment[]) => fieldPath(...container.path, 'securityContext', ...path);
  const told = (field: string, problem: string, remedy: string) =>
    finding(container.object, field, `${problem}: ${refused}`, remedy);
  const context = at(container.container, 'securityContext');
  const seccomp = textAt(effective(container, 'seccompProfile'), 'type');
  const added = textsAt(context, 'capabilities', 'add').filter((name) => name !== 'NET_BIND_SERVICE');
  return [
    at(context, 'allowPrivilegeEscalation') === false
      ? undefined
      : told(place('allowPrivilegeEscalation'), 'is not false', 'set it to false'),
    effective(container, 'runAsNonRoot') === true
      ? undefined
      : told(place('runAsNonRoot'), 'is not true', 'set it to true'),
    numberAt({ user: effective(container, 'runAsUser') }, 'user') === 0
      ? told(place('runAsUser'), 'is 0, the root user', 'use another user, or leave it out')
      : undefined,
    seccomp === 'RuntimeDefault' || seccomp === 'Localhost'
      ? undefined
      : told(
          place('seccompProfile', 'type'),
          seccomp === undefined ? 'is missing' : `is ${seccomp}`,
          'set it to RuntimeDefault',
        ),
    textsAt(context, 'capabilities', 'drop').includes('ALL')
      ? undefined
      : told(place('capabilities', 'drop'), 'does not drop ALL', 'write drop: [ALL]'),
    added.length === 0
      ? undefined
      : told(place('capabilities', 'add'), `adds ${added.join(', ')}`, 'add nothing but NET_BIND_SERVICE'),
  ];
}

function volumeFindings(owner: Workload): (Finding | undefined)[] {
  return listAt(podSpec(owner), 'volumes').map((volume, place) => {
    const kind = Object.keys(isMap(volume) ? volume : {}).find((key) => key !== 'name');
    if (kind === undefined || kind === nodeVolume || volumeKinds.includes(kind)) return undefined;
    return finding(
      owner.object,
      fieldPath(...podPath(owner, 'volumes', place)),
      `is of kind ${kind}: ${refused}`,
      `use one of ${volumeKinds.join(', ')}`,
    );
  });
}

export const podSecurity: Policy = {
  id: 'R29-pod-security',
  title: 'Pods keep to the Pod Security Standard restricted',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy:
    'Set allowPrivilegeEscalation false, runAsNonRoot true, seccompProfile RuntimeDefault and drop ALL capabilities.',
  document: 'Kubernetes, Pod Security Standards, profile restricted',
  check: (view) =>
    judge(workloadObjects(view), (object) => {
      const owner = workload(object);
      return mayReachNode(view, owner)
        ? []
        : [...volumeFindings(owner), ...containersOf(owner).flatMap(containerFindings)];
    }),
};
