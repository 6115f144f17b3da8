/** Which pods a fault is for. What is left out matches everything. */
export interface FaultSelector {
  readonly service?: string;
  readonly version?: string;
  /** The pod's name. */
  readonly pod?: string;
  readonly namespace?: string;
}

/** Latency that is added before a request is handled. */
export type AddedLatency =
  | { readonly fixedMs: number }
  /** Log-normal, by its median and its 99th percentile: most requests are a little late, a few very. */
  | { readonly p50Ms: number; readonly p99Ms: number };

/** How pods misbehave. Several kinds may be put on together; shares are from 0 to 1. */
export interface Fault {
  /** This share of the requests is answered with `status` (default 500). */
  readonly errors?: { readonly share: number; readonly status?: number };
  readonly latency?: AddedLatency;
  /** This share of the connections is cut in the middle of the request. */
  readonly resets?: { readonly share: number };
  /** The process never listens, so that no probe of any kind succeeds. Also ends one that already listens. */
  readonly neverReady?: boolean;
  /** The health check answers 503 while everything else works. */
  readonly unhealthy?: boolean;
  /** The process dies this long after it began to listen, again and again, with the kubelet's growing pause between. */
  readonly crash?: { readonly afterSeconds: number };
}

/** Whom faults are looked up for. */
export interface FaultTarget {
  readonly service: string;
  readonly version: string;
  readonly name: string;
  readonly namespace: string;
}

function matches(selector: FaultSelector, target: FaultTarget): boolean {
  return (
    (selector.service === undefined || selector.service === target.service) &&
    (selector.version === undefined || selector.version === target.version) &&
    (selector.pod === undefined || selector.pod === target.name) &&
    (selector.namespace === undefined || selector.namespace === target.namespace)
  );
}

const sameSelector = (left: FaultSelector, right: FaultSelector): boolean =>
  left.service === right.service &&
  left.version === right.version &&
  left.pod === right.pod &&
  left.namespace === right.namespace;

/** The faults that are in force. Stand-ins ask on every request and are told of every change. */
export class Faults {
  private entries: { selector: FaultSelector; fault: Fault }[] = [];
  private readonly listeners = new Set<() => void>();

  /** Puts a fault in force; one set before by the same selector is replaced. */
  setFault(selector: FaultSelector, fault: Fault): void {
    this.entries = this.entries.filter((entry) => !sameSelector(entry.selector, selector));
    this.entries.push({ selector, fault });
    this.changed();
  }

  clearFaults(selector?: FaultSelector): void {
    this.entries = selector ? this.entries.filter((entry) => !sameSelector(entry.selector, selector)) : [];
    this.changed();
  }

  /** Everything that is in force for one pod; where two faults say something different, the later one counts. */
  faultOf(target: FaultTarget): Fault {
    let merged: Fault = {};
    for (const { selector, fault } of this.entries) {
      if (matches(selector, target)) merged = { ...merged, ...fault };
    }
    return merged;
  }

  /** @returns a function that ends the subscription */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

/** The standard normal distribution's 99th percentile. */
const z99 = 2.3263478740408408;

/** A standard normal number from two uniform ones (Box–Muller). */
function standardNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** One draw of the added latency, milliseconds. `random` is uniform in [0, 1). */
export function drawLatencyMs(latency: AddedLatency, random: () => number): number {
  if ('fixedMs' in latency) return latency.fixedMs;
  const sigma = Math.log(latency.p99Ms / latency.p50Ms) / z99;
  return latency.p50Ms * Math.exp(sigma * standardNormal(random));
}
