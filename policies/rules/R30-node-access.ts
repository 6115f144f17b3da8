import { at, fieldPath, isTrue, listAt, textsAt } from '../model/json';
import { judge, together } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import { ofKind } from '../model/view';
import { containersOf, mayReachNode, podPath, podSpec, workloads } from '../view/workloads';

/** Capabilities that are a way out of the container by themselves. */
const breakingOut = [
  ...[
    'ALL',
    'SYS_ADMIN',
    'SYS_MODULE',
    'SYS_RAWIO',
    'SYS_PTRACE',
    'SYS_BOOT',
    'BPF',
    'PERFMON',
    'DAC_READ_SEARCH',
  ],
  ...['MAC_ADMIN', 'MAC_OVERRIDE', 'SYSLOG'],
];

export const nodeAccess: Policy = {
  id: 'R30-node-access',
  title: 'Only listed agents reach into their node',
  severity: 'critical',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'Remove it; an agent that must, such as DataKit, is listed by its id under nodeAgents.',
  document:
    'Kubernetes, Pod Security Standards, profile baseline: host namespaces, privileged containers, capabilities, hostPath volumes',
  check: (view) =>
    together(
      judge(workloads(view), (owner) => {
        const { object } = owner;
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
            isTrue(podSpec(owner), key)
              ? told(fieldPath(...podPath(owner, key)), 'shares a namespace of the node')
              : undefined,
          ),
          isTrue(podSpec(owner), 'securityContext', 'windowsOptions', 'hostProcess')
            ? told(
                fieldPath(...podPath(owner, 'securityContext', 'windowsOptions', 'hostProcess')),
                'runs on the node itself',
              )
            : undefined,
          ...listAt(podSpec(owner), 'volumes').map((volume, place) =>
            at(volume, 'hostPath') === undefined
              ? undefined
              : told(
                  fieldPath(...podPath(owner, 'volumes', place, 'hostPath')),
                  'mounts a folder of the node',
                ),
          ),
          ...containersOf(owner).flatMap(({ container, path }) => {
            const added = textsAt(container, 'securityContext', 'capabilities', 'add')
              .map((name) => name.toUpperCase().replace(/^CAP_/, ''))
              .filter((name) => breakingOut.includes(name));
            return [
              isTrue(container, 'securityContext', 'privileged')
                ? told(
                    fieldPath(...path, 'securityContext', 'privileged'),
                    'runs with all rights on the node',
                  )
                : undefined,
              isTrue(container, 'securityContext', 'windowsOptions', 'hostProcess')
                ? told(
                    fieldPath(...path, 'securityContext', 'windowsOptions', 'hostProcess'),
                    'runs on the node itself',
                  )
                : undefined,
              added.length === 0
                ? undefined
                : told(
                    fieldPath(...path, 'securityContext', 'capabilities', 'add'),
                    `adds ${added.join(', ')}, a way out of the container`,
                  ),
            ];
          }),
        ];
      }),
      judge(ofKind(view, 'PersistentVolume', ''), (object) =>
        at(object.manifest, 'spec', 'hostPath') === undefined
          ? undefined
          : finding(
              object,
              'spec.hostPath',
              'is a folder of the node: whatever pod claims it reaches into the node',
              'use a volume of a storage class',
            ),
      ),
    ),
};
