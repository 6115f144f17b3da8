import { applicationProbes } from './application-probes';
import type { PodView } from './pods';

/**
 * The paths that a pod's probes ask, those among them that the injector took from the application's containers. Faults of
 * a service leave them alone, as they do in a real one.
 */
export function healthPaths(pod: PodView): ReadonlySet<string> {
  const asked = applicationProbes(pod).flatMap(({ probe }) =>
    probe.httpGet === undefined ? [] : [probe.httpGet.path ?? '/'],
  );
  // Where nothing is probed, the path that all of Bookinfo answers.
  return new Set(['/health', ...asked]);
}

/** What a kubelet's probes say of themselves [kubernetes/kubernetes pkg/probe/http/request.go]. */
const PROBE_AGENT = 'kube-probe/';

/**
 * Whether a request is about health. `/` is where many applications have their page and are probed too: there the caller
 * tells the two apart, and whoever is no kubelet gets the page, with its calls and its faults.
 */
export const isAboutHealth = (paths: ReadonlySet<string>, path: string, agent: string | undefined): boolean =>
  paths.has(path) && (path !== '/' || (agent ?? '').startsWith(PROBE_AGENT));

/** The services that a pod's gRPC probes ask for; the empty name is the server as a whole. */
export function healthServices(pod: PodView): ReadonlySet<string> {
  return new Set([
    '',
    ...applicationProbes(pod).flatMap(({ probe }) =>
      probe.grpc === undefined ? [] : [probe.grpc.service ?? ''],
    ),
  ]);
}
