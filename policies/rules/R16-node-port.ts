import { grouped } from '../../components/validation';
import { fieldPath, listAt, numberAt, textAt } from '../model/json';
import { judge } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Policy } from '../model/policy';
import { index } from '../model/view';
import { UnknownValue } from '../model/unknown';
import { services } from '../view/services';

/** The API server's default range, --service-node-port-range. */
const FIRST = 30_000;
const LAST = 32_767;

interface NodePort {
  readonly object: KubeObject;
  readonly field: string;
  readonly port: number;
  readonly protocol: string;
}

function nodePortsOf(object: KubeObject): NodePort[] {
  const health = numberAt(object.manifest, 'spec', 'healthCheckNodePort') ?? 0;
  return [
    ...listAt(object.manifest, 'spec', 'ports').flatMap((entry, place) => {
      const port = numberAt(entry, 'nodePort') ?? 0;
      const protocol = textAt(entry, 'protocol') ?? 'TCP';
      return port === 0
        ? []
        : [{ object, field: fieldPath('spec', 'ports', place, 'nodePort'), port, protocol }];
    }),
    ...(health === 0 ? [] : [{ object, field: 'spec.healthCheckNodePort', port: health, protocol: 'TCP' }]),
  ];
}

const nodePorts = index((view) => {
  const ports = services(view).flatMap((object) => {
    try {
      return nodePortsOf(object);
    } catch (error) {
      if (error instanceof UnknownValue) return [];
      throw error;
    }
  });
  return grouped(ports, ({ port, protocol }) => `${port}/${protocol}`);
});

export const nodePort: Policy = {
  id: 'R16-node-port',
  title: 'A NodePort is in range and used once',
  severity: 'medium',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy: `Take a free port from ${FIRST} to ${LAST}, or leave nodePort out.`,
  document: 'Kubernetes, Service type NodePort: ports are allocated for the whole cluster',
  check: (view) =>
    judge(services(view), (object) =>
      nodePortsOf(object).map(({ field, port, protocol }) => {
        if (port < FIRST || port > LAST) {
          return finding(
            object,
            field,
            `is ${port}, outside of ${FIRST} to ${LAST}: the API server refuses it`,
            `use a port from ${FIRST} to ${LAST}`,
          );
        }
        const first = nodePorts(view).get(`${port}/${protocol}`)?.[0];
        if (first === undefined || (first.object === object && first.field === field)) return undefined;
        // The same Service again: whichever is applied last is the only one.
        if (first.object !== object && first.object.id === object.id) return undefined;
        return finding(
          object,
          field,
          `is ${port}, which ${first.object.id} takes already: the API server refuses the second`,
          'use another port, or leave nodePort out',
        );
      }),
    ),
};
