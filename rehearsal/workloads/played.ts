import { applicationProbes } from './application-probes';
import { proxyContainer, type PodView } from './pods';
import type { SpokenPort } from './protocol';
import { workloadOf } from './workload';

/** What a stand-in does in the place of a pod's containers. */
export interface PlayedPod {
  readonly pod: PodView;
  readonly ports: readonly SpokenPort[];
  /** What each request is passed on to. */
  readonly calls: readonly string[];
}

/** The same of all pods of a workload. */
export interface PlayedWorkload {
  readonly namespace: string;
  readonly workload: string;
  readonly pods: number;
  readonly ports: readonly SpokenPort[];
  readonly calls: readonly string[];
  /** What of the pods could not be played, and what was done instead. */
  readonly notes: readonly string[];
}

/** What of a pod no stand-in can do. */
function notesOf(pod: PodView, ports: readonly SpokenPort[]): string[] {
  const probes = applicationProbes(pod);
  const commands = probes.filter(({ probe }) => probe.exec !== undefined).length;
  const https = probes.filter(({ probe }) => probe.httpGet?.scheme === 'HTTPS').length;
  const containers = pod.containers.filter(({ name }) => name !== proxyContainer);
  const open = ports.filter(({ protocol }) => protocol === 'any').map(({ port }) => port);
  return [
    ...(commands > 0 ? [`${commands} probes are commands: they pass while the stand-in is well`] : []),
    ...(https > 0 ? [`${https} probes ask by HTTPS: a connection is enough for them`] : []),
    ...(open.length > 0 ? [`nothing says what is spoken on ${open.join(', ')}: anything is`] : []),
    ...(containers.length > 1 ? [`${containers.length} containers are one process`] : []),
  ];
}

/** Pods by their workload, in order of namespace and name. */
export function playedWorkloads(pods: readonly PlayedPod[]): PlayedWorkload[] {
  const byName = new Map<string, PlayedWorkload>();
  for (const { pod, ports, calls } of pods) {
    const workload = workloadOf(pod);
    const key = `${pod.namespace}/${workload}`;
    const known = byName.get(key);
    byName.set(key, {
      ...{ namespace: pod.namespace, workload, ports, calls },
      pods: (known?.pods ?? 0) + 1,
      notes: notesOf(pod, ports),
    });
  }
  return [...byName].sort(([a], [b]) => a.localeCompare(b)).map(([, played]) => played);
}
