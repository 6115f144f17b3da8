import { joinPath, type Problem } from '../../validation';
import { tcpProblems } from '../istio/tcp';
import { httpPorts, portList, tcpPorts } from '../ports';
import type { Routed, RoutedAt } from '../router';

/** Keys that such a route has no field for, and what to do instead. */
const inexpressible = {
  drills: 'faults cannot be put in the way of requests by the Gateway API',
  sticky: 'a cookie that a route sets is kept by no channel of the Gateway API that istiod follows',
  retries: 'the standard channel of the Gateway API has no retries',
} as const;

const kindName = { httpRoute: 'an HTTPRoute', grpcRoute: 'a GRPCRoute' } as const;

const otherwise = 'leave it out, or route by virtualService';

/** What an HTTPRoute or GRPCRoute cannot express of a release or a route policy. */
export function problems(
  routing: keyof typeof kindName,
  routed: Routed,
  { path, ports, entry, callers = [] }: RoutedAt,
): readonly Problem[] {
  const kind = kindName[routing];
  const found: Problem[] = [];
  const add = (key: string, problem: string, remedy = otherwise) =>
    found.push({ path: joinPath(path, [key]), problem, remedy });
  for (const [key, why] of Object.entries(inexpressible)) {
    const value = routed[key as keyof typeof inexpressible];
    const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
    if (!isEmpty) add(key, `cannot be expressed by ${kind}: ${why}`);
  }
  if (routing === 'grpcRoute' && routed.timeout !== undefined) {
    add('timeout', `cannot be expressed by ${kind}: it has no time-outs`);
  }
  if (ports === undefined) return found;
  const spoken = httpPorts(ports);
  if (spoken.length !== 1) {
    add(
      'routing',
      spoken.length === 0
        ? `is ${routing}, and no port of the service is known that speaks HTTP (${portList(ports) || 'none is known'})`
        : `is ${routing}, and the service has ${spoken.length} ports that speak HTTP (${portList(ports)}): ${kind} leads to one port of each version`,
      spoken.length === 0 ? 'name the ports of the Service in the table' : 'route by virtualService',
    );
  }
  if (
    entry !== undefined &&
    routing === 'grpcRoute' &&
    entry.paths.some((each) => !('prefix' in each && each.prefix === '/'))
  ) {
    add(
      'routing',
      `is ${routing}, which has no paths, and the entry of the service has`,
      'route by httpRoute',
    );
  }
  if (
    entry !== undefined &&
    callers.length > 0 &&
    entry.paths.length > 0 &&
    !entry.paths.some((each) => 'prefix' in each && each.prefix === '/')
  ) {
    add(
      'routing',
      `is ${routing}, and ${callers.join(', ')} ${callers.length === 1 ? 'calls' : 'call'} the service from the mesh: the paths of the entry would hold for calls from the mesh too`,
      'route by virtualService, or let the entry have every path',
    );
  }
  return found;
}

/** What a TCPRoute cannot express: it has one rule, which leads to one port of each version. */
export function tcpRouteProblems(routed: Routed, at: RoutedAt): readonly Problem[] {
  const found = tcpProblems('tcpRoute', routed, at);
  const several = tcpPorts(at.ports ?? []);
  return several.length < 2
    ? found
    : [
        ...found,
        {
          path: joinPath(at.path, ['routing']),
          problem: `is tcpRoute, and the service has ${several.length} TCP ports (${portList(several)}): a TCPRoute leads to one port of each version`,
          remedy: 'route by tcp',
        },
      ];
}
