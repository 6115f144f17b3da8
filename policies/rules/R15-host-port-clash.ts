import { fieldPath, listAt, numberAt, textAt, at, type Segment } from '../model/json';
import { judge } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Policy } from '../model/policy';
import { index } from '../model/view';
import { containersOf, podSpec, workloads, type Workload } from '../view/workloads';

interface HostPort {
  readonly object: KubeObject;
  readonly path: readonly Segment[];
  readonly key: string;
}

function hostPorts(owner: Workload): HostPort[] {
  const onHost = at(podSpec(owner), 'hostNetwork') === true;
  return containersOf(owner).flatMap(({ object, container, path }) =>
    listAt(container, 'ports').flatMap((port, place) => {
      const number = numberAt(port, 'hostPort') ?? (onHost ? numberAt(port, 'containerPort') : undefined);
      const protocol = textAt(port, 'protocol') ?? 'TCP';
      return number === undefined
        ? []
        : [{ object, path: [...path, 'ports', place], key: `${number}/${protocol}` }];
    }),
  );
}

const allHostPorts = index((view) => workloads(view).flatMap(hostPorts));

export const hostPortClash: Policy = {
  id: 'R15-host-port-clash',
  title: 'No two pods take the same port of a node',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy: 'Give one of the two another hostPort, or reach it through a Service.',
  document: 'Kubernetes scheduler: a pod whose hostPort is taken stays Pending',
  check: (view) =>
    judge(workloads(view), (owner) =>
      hostPorts(owner).map((port) => {
        const other = allHostPorts(view).find(
          ({ object, key, path }) =>
            key === port.key && (object !== port.object || fieldPath(...path) < fieldPath(...port.path)),
        );
        // Told once, at the later of the two.
        if (other === undefined) return undefined;
        const order = workloads(view).map(({ object }) => object);
        if (order.indexOf(other.object) > order.indexOf(port.object)) return undefined;
        return finding(
          port.object,
          fieldPath(...port.path),
          `takes ${port.key} of its node, which ${other.object.id} takes too: on a node with both, the second pod stays Pending`,
          'give one of the two another port',
        );
      }),
    ),
};
