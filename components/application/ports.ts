import { isTableService, type ServicePort, type ServiceSpec } from './application';
import { listAt, mapAt } from './sources/manifest';

const number = (value: unknown): number | undefined =>
  typeof value === 'number'
    ? value
    : typeof value === 'string' && /^\d+$/.test(value)
      ? Number(value)
      : undefined;

/** The pod's port that a Service's `targetPort` names. */
function podPort(target: unknown, port: number, deployment: unknown): number | undefined {
  if (target === undefined) return port;
  const plain = number(target);
  if (plain !== undefined) return plain;
  const ports = listAt(deployment, 'spec', 'template', 'spec', 'containers').flatMap((one) =>
    listAt(one, 'ports'),
  );
  return number(ports.find(({ name }) => name === target)?.['containerPort']);
}

/** The ports of a service's Service; none for a worker, nor where somebody else runs it and the table names none. */
export function portsOf(spec: ServiceSpec): readonly ServicePort[] {
  if (isTableService(spec)) return [{ name: 'http', port: spec.port, targetPort: spec.port }];
  if ('existing' in spec) return spec.existing.ports ?? [];
  const { service, deployment } = spec.workload;
  return listAt(service, 'spec', 'ports').flatMap(({ name, port, targetPort, protocol, appProtocol }) => {
    const own = number(port);
    if (own === undefined) return [];
    const texts = { name, protocol, appProtocol } as Pick<ServicePort, 'name' | 'protocol' | 'appProtocol'>;
    return [
      {
        ...Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)),
        port: own,
        targetPort: podPort(targetPort, own, deployment),
      },
    ];
  });
}

/** How a port is spoken on, as Istio takes it: by `appProtocol`, else by the first part of its name; undefined is found out. */
export function protocolOf({ name = '', appProtocol, protocol = 'TCP' }: ServicePort): string | undefined {
  if (protocol !== 'TCP') return protocol.toLowerCase();
  const said = (appProtocol ?? name.split('-')[0] ?? '').toLowerCase().replace(/^kubernetes\.io\//, '');
  const known = /^(http|http2|https|h2c|grpc|grpc-web|tcp|tls|mongo|mysql|redis)$/;
  if (appProtocol === undefined && name.toLowerCase().startsWith('grpc-web')) return 'grpc-web';
  return known.test(said) ? said : undefined;
}

/** The port that requests from the gateway go to: the first that may speak HTTP. */
export const entryPort = (spec: ServiceSpec): number | undefined =>
  (
    portsOf(spec).find((port) => /^(http|http2|h2c|grpc|grpc-web)$/.test(protocolOf(port) ?? 'http')) ??
    portsOf(spec)[0]
  )?.port;

/** Whether a Service lets connections in from outside of the cluster, by a node's port or a load balancer. */
export const isExposed = (spec: ServiceSpec, objects: readonly unknown[] = []): boolean => {
  if (!('workload' in spec)) return false;
  const labels = mapAt(spec.workload.service, 'spec', 'selector');
  return objects.some((object) => {
    const type = mapAt(object, 'spec')['type'];
    return (
      (type === 'NodePort' || type === 'LoadBalancer') &&
      JSON.stringify(mapAt(object, 'spec', 'selector')) === JSON.stringify(labels)
    );
  });
};
