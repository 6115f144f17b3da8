import type { FaultTarget } from './faults';

/** What one pod answered since the counters were made or reset. Health checks are not counted. */
export interface PodCount {
  readonly namespace: string;
  readonly pod: string;
  readonly service: string;
  readonly version: string;
  readonly requests: number;
  /** Of these: answers with status 500 and above, and connections cut on purpose. */
  readonly failures: number;
  /** Milliseconds since the epoch; undefined before the first request. */
  readonly lastAnswered?: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Requests by pod. A pod's numbers outlive the pod: what a version answered must not be forgotten when it is deleted. */
export class RequestCounters {
  private readonly pods = new Map<string, Mutable<PodCount>>();

  constructor(private readonly now: () => number = Date.now) {}

  count(target: FaultTarget, failed: boolean): void {
    const key = `${target.namespace}/${target.name}`;
    let entry = this.pods.get(key);
    if (!entry) {
      const { namespace, name: pod, service, version } = target;
      entry = { namespace, pod, service, version, requests: 0, failures: 0 };
      this.pods.set(key, entry);
    }
    entry.requests += 1;
    if (failed) entry.failures += 1;
    entry.lastAnswered = this.now();
  }

  byPod(): PodCount[] {
    return [...this.pods.values()].map((entry) => ({ ...entry }));
  }

  /** The sums of each version of a service; a version that never answered is not there. */
  byVersion(service: string): Record<string, { requests: number; failures: number; lastAnswered: number }> {
    const versions: Record<string, { requests: number; failures: number; lastAnswered: number }> = {};
    for (const entry of this.pods.values()) {
      if (entry.service !== service) continue;
      const sum = (versions[entry.version] ??= { requests: 0, failures: 0, lastAnswered: 0 });
      sum.requests += entry.requests;
      sum.failures += entry.failures;
      sum.lastAnswered = Math.max(sum.lastAnswered, entry.lastAnswered ?? 0);
    }
    return versions;
  }

  reset(): void {
    this.pods.clear();
  }
}
