import type { V1Probe } from '@kubernetes/client-node';
import type { PodView } from './pods';
import { rewrittenProbes } from './proxy-agent';

const pathOf = (probe: V1Probe | undefined): string[] =>
  probe?.httpGet === undefined ? [] : [probe.httpGet.path ?? '/'];

/**
 * The paths that a pod's probes ask, those among them that the injector took from the application's containers. Faults of
 * a service leave them alone, as they do in a real one.
 */
export function healthPaths(pod: PodView): ReadonlySet<string> {
  const own = pod.containers.flatMap(({ readiness, startup }) => [...pathOf(readiness), ...pathOf(startup)]);
  const rewritten = Object.values(rewrittenProbes(pod)).flatMap(pathOf);
  // Where nothing is probed, the path that all of Bookinfo answers.
  return new Set(['/health', ...own, ...rewritten]);
}
