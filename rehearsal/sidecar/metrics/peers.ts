import type { PodView } from '../../workloads/pods';
import { workloadOf } from '../../workloads/workload';
import type { Peers } from './labels';

/** Remembers which pods have had which address: a proxy's counters outlive those whom it counted. */
export class PodsByAddress implements Peers {
  private readonly pods = new Map<string, PodView[]>();

  add(pod: PodView): void {
    const here = this.pods.get(pod.podIP) ?? [];
    this.pods.set(pod.podIP, [pod, ...here.filter(({ uid }) => uid !== pod.uid)]);
  }

  at(address: string, workload?: string): PodView | undefined {
    const here = this.pods.get(address) ?? [];
    return workload === undefined ? here[0] : here.find((pod) => workloadOf(pod) === workload);
  }
}
