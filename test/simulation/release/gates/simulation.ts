import {
  feed,
  resolveGateSettings,
  startBake,
  type BakePlan,
  type Decision,
  type GateSettings,
} from '../../../../release/gates';
import type { Evidence, LatencyHistogram, Look } from '../../../../release/metrics';
import { random } from '../../../unit/release/random';

/** Istio's default buckets up to ten seconds. */
export const BOUNDS = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** How a version behaves at a second of the bake. */
export interface Behaviour {
  /** Rate of errors, or how it changes with time. */
  readonly errors: number | ((second: number) => number);
  /** One latency, milliseconds. */
  readonly latency: (next: () => number, second: number) => number;
}

/** Log-normal around a median, as web services are: p99 is about 3.2 times the median. */
export const lognormal =
  (median: number, sigma = 0.5) =>
  (next: () => number): number =>
    median * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()));

export const good = (errors = 0.002): Behaviour => ({ errors, latency: lognormal(20) });

export interface Simulated {
  readonly decision: Decision;
  /** Seconds of the bake until the verdict. */
  readonly seconds: number;
  readonly canaryRequests: number;
}

export interface Scenario {
  readonly seed: number;
  readonly canary: Behaviour;
  readonly stable: Behaviour;
  /** Per cent that the plan says. */
  readonly weight: number;
  /** What the mesh really does, as a fraction; default the weight. */
  readonly share?: number;
  readonly requestsPerSecond?: number;
  readonly settings?: unknown;
  /** Changes what a look says, e.g. takes evidence away. */
  readonly distort?: (look: Look, second: number) => Look;
}

const plan = (weight: number): BakePlan => ({ service: 'reviews', stable: 'v1', canary: 'v2', weight });

class Version {
  requests = 0;
  errors = 0;
  readonly counts = new Array<number>(BOUNDS.length + 1).fill(0);
  constructor(
    readonly name: string,
    readonly behaviour: Behaviour,
  ) {}

  take(next: () => number, second: number): void {
    const { errors, latency } = this.behaviour;
    this.requests++;
    if (next() < (typeof errors === 'number' ? errors : errors(second))) this.errors++;
    const took = latency(next, second);
    const bucket = BOUNDS.findIndex((bound) => took <= bound);
    const index = bucket < 0 ? BOUNDS.length : bucket;
    this.counts[index] = this.counts[index]! + 1;
  }

  evidence(from: number, to: number): Evidence {
    const latency: LatencyHistogram = { bounds: BOUNDS, counts: [...this.counts] };
    return {
      kind: 'measured',
      version: this.name,
      window: { from, to },
      requests: this.requests,
      errors: this.errors,
      latency,
      newestSample: to,
      series: 1,
      queries: [`simulated ${this.name}`],
    };
  }
}

/** Runs one bake on simulated traffic, request by request, to its verdict. */
export function simulate(scenario: Scenario): Simulated {
  const { seed, weight, requestsPerSecond = 100 } = scenario;
  const next = random(seed);
  const settings: GateSettings = resolveGateSettings({
    pods: false,
    ...(scenario.settings as object | undefined),
  });
  const share = scenario.share ?? weight / 100;
  const [canary, stable] = [new Version('v2', scenario.canary), new Version('v1', scenario.stable)];
  let state = startBake(plan(weight), settings, 0);
  const step = settings.bake.intervalMs / 1_000;
  for (let second = step; ; second += step) {
    for (let i = 0; i < requestsPerSecond * step; i++) (next() < share ? canary : stable).take(next, second);
    const at = second * 1_000;
    const look: Look = {
      at,
      source: 'simulated',
      evidence: { v1: stable.evidence(0, at), v2: canary.evidence(0, at) },
    };
    const fed = feed(state, { look: scenario.distort?.(look, second) ?? look });
    state = fed.state;
    if (fed.decision !== undefined)
      return { decision: fed.decision, seconds: second, canaryRequests: canary.requests };
  }
}
