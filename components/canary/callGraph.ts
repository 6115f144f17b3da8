import { grouped, type Problem } from '../validation';
import { durationMilliseconds, formatDuration } from './duration';
import type { RoutePolicy } from './model';
import { retryBudget } from './policySchema';

/** One service calling another. */
export interface CallEdge {
  readonly caller: string;
  readonly callee: string;
  /** After how long the caller's own HTTP client gives up on one call, Istio duration. Unknown when left out. */
  readonly clientTimeout?: string;
}

export type CallGraph = readonly CallEdge[];

/** How calls to a service are routed, and where that was written. */
export interface PlacedPolicy {
  readonly policy: RoutePolicy;
  readonly path: string;
}

/** The longest a call may take, and the key that says so. */
interface Wait {
  readonly milliseconds: number;
  readonly path: string;
  readonly service: string;
}

/** The longest that a service's own route lets a caller wait; undefined when nothing bounds it. */
function ownWait(service: string, placed: PlacedPolicy | undefined): Wait | undefined {
  if (placed === undefined) return undefined;
  const { timeout, retries } = placed.policy;
  if (timeout !== undefined) {
    return { milliseconds: durationMilliseconds(timeout) ?? 0, path: `${placed.path}.timeout`, service };
  }
  if (retries === undefined) return undefined;
  return { milliseconds: retryBudget(retries), path: `${placed.path}.retries`, service };
}

/**
 * The longest a call to a service may take: what its own route says, else the longest of the calls it makes itself,
 * each cut short where its client gives up. A circle of calls ends where it closes.
 */
function longestWait(
  service: string,
  calls: ReadonlyMap<string, CallGraph>,
  policies: Readonly<Record<string, PlacedPolicy>>,
  seen: readonly string[] = [],
): Wait | undefined {
  const own = ownWait(service, policies[service]);
  if (own !== undefined || seen.includes(service)) return own;
  const waits = (calls.get(service) ?? []).flatMap((edge) => {
    const wait = longestWait(edge.callee, calls, policies, [...seen, service]);
    if (wait === undefined) return [];
    const client = edge.clientTimeout === undefined ? undefined : durationMilliseconds(edge.clientTimeout);
    return [{ ...wait, milliseconds: Math.min(wait.milliseconds, client ?? wait.milliseconds) }];
  });
  return waits.sort((a, b) => b.milliseconds - a.milliseconds)[0];
}

/** The time one try of a service has, by the route to it. */
function tryLimit(placed: PlacedPolicy | undefined): { milliseconds: number; path: string } | undefined {
  const { timeout, retries } = placed?.policy ?? {};
  const [key, text] =
    retries !== undefined ? ['retries.perTryTimeout', retries.perTryTimeout] : ['timeout', timeout];
  if (text === undefined || placed === undefined) return undefined;
  return { milliseconds: durationMilliseconds(text) ?? 0, path: `${placed.path}.${key}` };
}

/**
 * Checks time-outs down the call graph: whoever waits must wait longer than the whole retry budget of what it waits
 * for, else it gives up on a call that is still being retried and the retries are load without use.
 *
 * A budget is a route's timeout, or without one (attempts + 1) × perTryTimeout. Delays of drills are left out: to
 * exceed a time-out may be what a drill is for.
 */
export function checkTimeouts(graph: CallGraph, policies: Readonly<Record<string, PlacedPolicy>>): Problem[] {
  const calls = grouped(graph, ({ caller }) => caller);
  return graph.flatMap(({ caller, callee, clientTimeout }): Problem[] => {
    const wait = longestWait(callee, calls, policies);
    if (wait === undefined) return [];
    const longest = formatDuration(wait.milliseconds);
    const through = wait.service === callee ? '' : ` (through ${wait.service})`;
    const problems: Problem[] = [];
    const client = clientTimeout === undefined ? undefined : durationMilliseconds(clientTimeout);
    if (client !== undefined && client <= wait.milliseconds) {
      problems.push({
        path: wait.path,
        problem: `lets a call from ${caller} to ${callee} take ${longest}${through}, but ${caller} gives up after ${formatDuration(client)}`,
        remedy: `bring it below ${formatDuration(client)}, the time-out built into ${caller}`,
      });
    }
    const limit = tryLimit(policies[caller]);
    if (limit !== undefined) {
      const need = Math.min(wait.milliseconds, client ?? wait.milliseconds);
      if (limit.milliseconds <= need) {
        problems.push({
          path: limit.path,
          problem: `gives ${caller} ${formatDuration(limit.milliseconds)}, but its call to ${callee} may take ${formatDuration(need)}${through}`,
          remedy: `write more than ${formatDuration(need)}, or shorten ${wait.path}`,
        });
      }
    }
    return problems;
  });
}
