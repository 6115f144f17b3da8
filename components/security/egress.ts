import type { Application, Egress, ServiceSpec } from '../application/pure';
import { PRIVATE_RANGES } from './settings';

/** Every address of the internet: where a host name leads changes, and network policies know no names. */
const PUBLIC = [
  { ipBlock: { cidr: '0.0.0.0/0', except: [...PRIVATE_RANGES] } },
  { ipBlock: { cidr: '::/0', except: ['fc00::/7'] } },
];

/** Connections out of the application that a service's network policy allows. */
export const egressRules = ({ egress = [] }: ServiceSpec) =>
  egress.map(({ cidrs, ports }) => ({
    to: cidrs === undefined ? PUBLIC : cidrs.map((cidr) => ({ ipBlock: { cidr } })),
    ports: ports.map((port) => ({ port, protocol: 'TCP' })),
  }));

const USUAL: Readonly<Record<number, string>> = { 80: 'HTTP', 443: 'TLS' };

const protocolOf = ({ protocol }: Egress, port: number): string => protocol ?? USUAL[port] ?? 'TCP';

/**
 * The hosts that services call outside, for the mesh: without them a mesh that lets out only what it knows (REGISTRY_ONLY)
 * refuses these calls, and any other has no metrics of them. One for each host, whoever calls it, for this namespace alone.
 */
export function serviceEntries({ services }: Application, namespace: string) {
  const all = services.flatMap(({ egress = [] }) => egress);
  const hosts = [...new Set(all.flatMap(({ host }) => host ?? []))].sort();
  return hosts.map((host) => {
    const ports = new Map(
      all
        .filter((one) => one.host === host)
        .flatMap((one) => one.ports.map((port) => [port, protocolOf(one, port)] as const)),
    );
    return {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: host.replace('*', 'any'), namespace },
      spec: {
        hosts: [host],
        location: 'MESH_EXTERNAL',
        // What a wildcard stands for cannot be looked up: the caller's own address is kept.
        resolution: host.startsWith('*') ? 'NONE' : 'DNS',
        exportTo: ['.'],
        ports: [...ports].map(([number, protocol]) => ({
          number,
          name: `${protocol.toLowerCase()}-${number}`,
          protocol,
        })),
      },
    };
  });
}
