import { grouped } from '../../components/validation';
import { fieldPath, isTrue, labelsAt, listAt, numberAt, textAt, type Segment } from '../model/json';
import { judge } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { index, type Objects } from '../model/view';
import { UnknownValue } from '../model/unknown';
import { containersOf, podSpec, replicasOf, workloads, type Role, type Workload } from '../view/workloads';

interface HostPort {
  readonly owner: Workload;
  readonly object: KubeObject;
  readonly path: readonly Segment[];
  readonly key: string;
  /** `0.0.0.0` where all of the node's addresses are taken. */
  readonly address: string;
  readonly role: Role;
}

function hostPorts(owner: Workload): HostPort[] {
  const onHost = isTrue(podSpec(owner), 'hostNetwork');
  return containersOf(owner).flatMap(({ object, container, path, role }) =>
    listAt(container, 'ports').flatMap((port, place) => {
      const given = numberAt(port, 'hostPort') ?? 0;
      const number = given !== 0 ? given : onHost ? (numberAt(port, 'containerPort') ?? 0) : 0;
      const protocol = textAt(port, 'protocol') ?? 'TCP';
      const address = textAt(port, 'hostIP') || '0.0.0.0';
      return number === 0
        ? []
        : [{ owner, object, path: [...path, 'ports', place], key: `${number}/${protocol}`, address, role }];
    }),
  );
}

const isAny = (address: string): boolean => address === '0.0.0.0' || address === '::';

/** Whether the two can never be on one node: each wants a node that the other does not. */
function areApart(a: Workload, b: Workload): boolean {
  const [wantedByA, wantedByB] = [a, b].map((owner) => labelsAt(podSpec(owner), 'nodeSelector'));
  return Object.keys(wantedByA!).some(
    (key) => wantedByB![key] !== undefined && wantedByB![key] !== wantedByA![key],
  );
}

function clash(a: HostPort, b: HostPort): boolean {
  if (a === b || (!isAny(a.address) && !isAny(b.address) && a.address !== b.address)) return false;
  if (a.owner !== b.owner) return a.object.id !== b.object.id && !areApart(a.owner, b.owner);
  // Init containers are gone before the others begin.
  return (a.role === 'init') === (b.role === 'init') && a.role !== 'init';
}

const held = index((view: Objects) => {
  let unknown: UnknownValue | undefined;
  const ports = workloads(view)
    // What is scaled to 0 takes no port.
    .filter((owner) => !owner.isPattern && replicasOf(view, owner) !== 0)
    .flatMap((owner) => {
      try {
        return hostPorts(owner);
      } catch (error) {
        if (!(error instanceof UnknownValue)) throw error;
        unknown = error;
        return [];
      }
    });
  return { byKey: grouped(ports, ({ key }) => key), byOwner: grouped(ports, ({ owner }) => owner), unknown };
});

function portFinding(view: Objects, port: HostPort): Finding | undefined {
  const same = held(view).byKey.get(port.key) ?? [];
  // Reported once, at the later of the two.
  const other = same.slice(0, same.indexOf(port)).find((earlier) => clash(earlier, port));
  return other === undefined
    ? undefined
    : finding(
        port.object,
        fieldPath(...port.path),
        `takes ${port.key} of its node, which ${other.object === port.object ? fieldPath(...other.path) : other.object.id} takes too: on a node with both, the second pod stays Pending`,
        'give one of the two another port',
      );
}

export const hostPortClash: Policy = {
  id: 'R15-host-port-clash',
  title: 'No two pods take the same port of a node',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy: 'Give one of the two another hostPort, or reach it through a Service.',
  document: 'Kubernetes scheduler, NodePorts: a pod whose hostPort is taken stays Pending',
  check: (view) =>
    judge(workloads(view), (owner) => {
      // Reads what is not known of this one.
      if (hostPorts(owner).length === 0) return [];
      return (held(view).byOwner.get(owner) ?? []).map((port) => portFinding(view, port));
    }),
};
