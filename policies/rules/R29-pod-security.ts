import {
  at,
  fieldPath,
  isFalse,
  isMap,
  isTrue,
  listAt,
  numberAt,
  textAt,
  textsAt,
  type Segment,
} from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import {
  containersOf,
  isFilledIn,
  mayReachNode,
  podPath,
  podSpec,
  workloads,
  type Container,
  type Workload,
} from '../view/workloads';

const volumeKinds = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
/** Judged by R30, with everything else that reaches into the node. */
const nodeVolume = 'hostPath';

const seLinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];

/** Settings of the kernel that only the pod itself feels. */
const safeSysctls = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
];

const refused = 'the API server refuses the pod in a namespace that enforces restricted';

/** What counts for a container: its own setting, else the pod's. */
const effective = ({ workload: owner, container }: Container, ...path: readonly Segment[]): unknown =>
  at(container, 'securityContext', ...path) ?? at(podSpec(owner), 'securityContext', ...path);

const isWindows = (owner: Workload): boolean => textAt(podSpec(owner), 'os', 'name') === 'windows';

/** What has to be there; the injector puts it into its own container. */
function missingFindings(container: Container): (Finding | undefined)[] {
  const place = (...path: readonly Segment[]) => fieldPath(...container.path, 'securityContext', ...path);
  const told = (field: string, problem: string, remedy: string) =>
    finding(container.object, field, `${problem}: ${refused}`, remedy);
  const context = at(container.container, 'securityContext');
  const seccomp = textAt({ type: effective(container, 'seccompProfile', 'type') }, 'type');
  const nonRoot = isTrue({ set: effective(container, 'runAsNonRoot') }, 'set')
    ? undefined
    : told(place('runAsNonRoot'), 'is not true', 'set it to true');
  if (isWindows(container.workload)) return [nonRoot];
  return [
    nonRoot,
    isFalse(context, 'allowPrivilegeEscalation')
      ? undefined
      : told(place('allowPrivilegeEscalation'), 'is not false', 'set it to false'),
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
  ];
}

/** What must not be there. */
function givenFindings(container: Container): (Finding | undefined)[] {
  const place = (...path: readonly Segment[]) => fieldPath(...container.path, 'securityContext', ...path);
  const told = (field: string, problem: string, remedy: string) =>
    finding(container.object, field, `${problem}: ${refused}`, remedy);
  const context = at(container.container, 'securityContext');
  const added = textsAt(context, 'capabilities', 'add').filter((name) => name !== 'NET_BIND_SERVICE');
  const user = numberAt({ user: effective(container, 'runAsUser') }, 'user');
  const proc = textAt(context, 'procMount') ?? 'Default';
  const seLinux = effective(container, 'seLinuxOptions');
  const armour = effective(container, 'appArmorProfile', 'type');
  return [
    user === 0
      ? told(place('runAsUser'), 'is 0, the root user', 'use another user, or leave it out')
      : undefined,
    added.length === 0
      ? undefined
      : told(place('capabilities', 'add'), `adds ${added.join(', ')}`, 'add nothing but NET_BIND_SERVICE'),
    proc === 'Default' ? undefined : told(place('procMount'), `is ${proc}`, 'remove it'),
    isMap(seLinux) &&
    (!seLinuxTypes.includes(textAt(seLinux, 'type') ?? '') ||
      textAt(seLinux, 'user') ||
      textAt(seLinux, 'role'))
      ? told(place('seLinuxOptions'), 'sets a user, a role or a type of its own', 'remove it')
      : undefined,
    armour === 'Unconfined'
      ? told(place('appArmorProfile', 'type'), 'is Unconfined', 'set it to RuntimeDefault')
      : undefined,
    ...listAt(container.container, 'ports').map((port, index_) =>
      (numberAt(port, 'hostPort') ?? 0) === 0
        ? undefined
        : told(
            fieldPath(...container.path, 'ports', index_, 'hostPort'),
            'takes a port of the node',
            'remove it, and reach the pod through a Service',
          ),
    ),
    ...['readinessProbe', 'livenessProbe', 'startupProbe'].flatMap((probe) =>
      (['httpGet', 'tcpSocket'] as const).map((kind) =>
        textAt(container.container, probe, kind, 'host')
          ? told(
              fieldPath(...container.path, probe, kind, 'host'),
              'has the node call another host than the pod',
              'remove it',
            )
          : undefined,
      ),
    ),
  ];
}

/** AppArmor as it was said before it had a field. */
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';

function podFindings(owner: Workload): (Finding | undefined)[] {
  const { object, template } = owner;
  const place = (...path: readonly Segment[]) => fieldPath(...podPath(owner, ...path));
  return [
    ...listAt(podSpec(owner), 'volumes').map((volume, index_) => {
      const kind = Object.keys(isMap(volume) ? volume : {}).find((key) => key !== 'name');
      if (kind === undefined || kind === nodeVolume || volumeKinds.includes(kind)) return undefined;
      return finding(
        object,
        place('volumes', index_),
        `is of kind ${kind}: ${refused}`,
        `use one of ${volumeKinds.join(', ')}`,
      );
    }),
    ...listAt(podSpec(owner), 'securityContext', 'sysctls').map((entry, index_) =>
      safeSysctls.includes(textAt(entry, 'name') ?? '')
        ? undefined
        : finding(
            object,
            place('securityContext', 'sysctls', index_),
            `sets ${textAt(entry, 'name') ?? 'a sysctl'}: ${refused}`,
            'remove it',
          ),
    ),
    ...Object.entries(owner.annotations).map(([key, value]) =>
      !key.startsWith(APPARMOR) || value === 'runtime/default' || value.startsWith('localhost/')
        ? undefined
        : finding(
            object,
            fieldPath(...template, 'metadata', 'annotations', key),
            `is ${value}: ${refused}`,
            'set it to runtime/default',
          ),
    ),
  ];
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
    judge(workloads(view), (owner) =>
      mayReachNode(view, owner)
        ? []
        : [
            ...podFindings(owner),
            ...containersOf(owner).flatMap((container) => [
              ...(isFilledIn(container) ? [] : missingFindings(container)),
              ...givenFindings(container),
            ]),
          ],
    ),
};
