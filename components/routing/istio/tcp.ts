import type { StepPlan } from '../../canary';
import { joinPath, type Problem } from '../../validation';
import { given, metadata, type Manifest } from '../manifest';
import { httpPorts, portList, tcpPorts } from '../ports';
import type { Routed, RoutedAt, RoutingPlace } from '../router';
import type { HttpRouteDestination } from './virtualService';

interface TcpRoute {
  readonly match?: readonly { readonly port: number }[];
  readonly route: readonly HttpRouteDestination[];
}

type TcpService<N> = Manifest<
  'VirtualService',
  { readonly hosts: readonly string[]; readonly tcp: readonly TcpRoute[] },
  N
>;

type Target = { readonly version?: string; readonly weight: number };

/** A VirtualService of connections: one route, or one for each port where the Service has more than one. */
function write<N>(service: string, targets: readonly Target[], place: RoutingPlace<N>): TcpService<N> {
  const host = place.host ?? service;
  const ports = place.ports ?? [];
  const route = (port?: number): TcpRoute => ({
    ...given('match', port === undefined ? undefined : [{ port }]),
    route: targets.map(({ version, weight }) => ({
      destination: {
        host,
        ...given('subset', version),
        ...given('port', port === undefined ? undefined : { number: port }),
      },
      ...given('weight', targets.length === 1 ? undefined : weight),
    })),
  });
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: metadata(service, place.namespace),
    spec: {
      hosts: [host],
      tcp: ports.length > 1 ? tcpPorts(ports).map(({ port }) => route(port)) : [route()],
    },
  };
}

/** The VirtualService of a step. */
export const tcpService = <N>({ service, weights }: StepPlan, place: RoutingPlace<N>): TcpService<N> =>
  write(service, weights, place);

/** The VirtualService of a service that is not under release. */
export const plainTcpService = <N>(service: string, place: RoutingPlace<N>): TcpService<N> =>
  write(service, [{ weight: 100 }], place);

/** Keys that mean something for requests alone. */
const ofRequests = ['match', 'mirror', 'sticky', 'timeout', 'retries', 'drills'] as const;

/** What routes of connections cannot express, of whatever API. */
export function tcpProblems(
  routing: string,
  routed: Routed,
  { path, ports, entry }: RoutedAt,
): readonly Problem[] {
  const found: Problem[] = ofRequests.flatMap((key) => {
    const value: unknown = routed[key];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) return [];
    return [
      {
        path: joinPath(path, [key]),
        problem: 'is about requests, and connections are routed as they are, whatever goes over them',
        remedy:
          'leave it out, or name the port after what it speaks (http, grpc) and route by virtualService',
      },
    ];
  });
  const add = (problem: string, remedy: string) =>
    found.push({ path: joinPath(path, ['routing']), problem, remedy });
  if (entry !== undefined) {
    add(
      `is ${routing}, and requests enter by this service from outside, by their paths`,
      'route by virtualService',
    );
  }
  if (ports === undefined) return found;
  const requests = httpPorts(ports);
  if (requests.length > 0) {
    add(
      `is ${routing}, and the service has ports for requests (${portList(requests)}), which would not follow the weights`,
      'route by virtualService, or name the ports after what they speak, such as tcp-data',
    );
  } else if (tcpPorts(ports).length === 0) {
    add(
      `is ${routing}, and no TCP port of the service is known (${portList(ports) || 'none is known'})`,
      'name the ports of the Service in the table',
    );
  }
  return found;
}
