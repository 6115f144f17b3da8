import {
  feed,
  resolveGateSettings,
  startBake,
  type BakePlan,
  type Decision,
  type GateSettings,
} from '../../../../../release/gates';
import type { Evidence, LatencyHistogram } from '../../../../../release/metrics';
import { random } from '../../../../unit/release/random';
import { spread } from './counts';
import { bucketParts, ISTIO_BOUNDS, type Latency } from './latency';
import type { TrafficKind, TrafficSettings } from './traffic';

export interface Played {
  readonly decision: Decision;
  /** Seconds of the bake until the verdict. */
  readonly seconds: number;
}

/** One version's latencies, or how they change with time. */
export type Latencies = (second: number) => Latency;

export interface Play extends TrafficSettings {
  readonly traffic: TrafficKind;
  /** As a stack writes them; default none, which are the defaults of the gate. */
  readonly settings?: unknown;
  readonly canaryLatency?: Latencies;
  readonly stableLatency?: Latencies;
  readonly bounds?: readonly number[];
  /** Plays the watch after the promotion: at 100, against so many seconds of the stable version before. */
  readonly after?: number;
  /** Whether users are routed by more than the weight, as they are with sticky sessions. */
  readonly routedOtherwise?: boolean;
}

/** The canary's weight before it got everything. */
const BEFORE = 50;

const usual: Latencies = () => ({ medianMs: 20, sigma: 0.5 });

class Counted {
  private requests = 0;
  private errors = 0;
  private counts: number[];
  private readonly known = new Map<string, readonly number[]>();
  constructor(
    private readonly version: string,
    private readonly latencies: Latencies | undefined,
    private readonly bounds: readonly number[],
  ) {
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  take(
    next: () => number,
    second: number,
    more: { readonly requests: number; readonly errors: number },
  ): void {
    this.requests += more.requests;
    this.errors += more.errors;
    if (this.latencies === undefined) return;
    const latency = this.latencies(second);
    const key = `${latency.medianMs}/${latency.sigma}`;
    let parts = this.known.get(key);
    if (parts === undefined) this.known.set(key, (parts = bucketParts(latency, this.bounds)));
    const counts = spread(next, more.requests, parts);
    this.counts = this.counts.map((count, i) => count + counts[i]!);
  }

  evidence(at: number): Evidence {
    const { version, requests, errors, counts, bounds } = this;
    const latency: LatencyHistogram = { bounds, counts };
    return {
      kind: 'measured',
      version,
      window: { from: 0, to: at },
      requests,
      errors,
      ...(this.latencies === undefined ? {} : { latency }),
      newestSample: at,
      series: 1,
      queries: [],
    };
  }
}

/** Plays one bake to its verdict through the gate's public functions. */
export function play(
  { traffic, settings, canaryLatency, stableLatency, bounds, after, routedOtherwise, ...of }: Play,
  seed: number,
): Played {
  const next = random(seed);
  const latency = (settings as { latency?: unknown } | undefined)?.latency !== false;
  const resolved: GateSettings = resolveGateSettings({ pods: false, ...(settings as object | undefined) });
  const [ours, theirs] = [canaryLatency ?? usual, stableLatency ?? usual].map((each) =>
    latency ? each : undefined,
  );
  const counted = (version: string, how: Latencies | undefined) =>
    new Counted(version, how, bounds ?? ISTIO_BOUNDS);
  const past = () => {
    const stable = counted('v1', theirs);
    const seconds = traffic(next, { ...of, weight: BEFORE });
    for (let second = 0; second < after!; second++) stable.take(next, second, seconds(second).stable);
    return stable.evidence(0);
  };
  const plan: BakePlan = {
    service: 'reviews',
    stable: 'v1',
    canary: 'v2',
    weight: of.weight,
    routedOtherwise,
    history: after === undefined ? undefined : past(),
  };
  const [canary, stable] = [counted('v2', ours), counted('v1', theirs)];
  const seconds = traffic(next, of);
  const step = resolved.bake.intervalMs / 1_000;
  let state = startBake(plan, resolved, 0);
  let second = 0;
  for (let until = step; ; until += step) {
    for (; second < until; second++) {
      const now = seconds(second);
      canary.take(next, second, now.canary);
      stable.take(next, second, now.stable);
    }
    const at = until * 1_000;
    const evidence = { v1: stable.evidence(at), v2: canary.evidence(at) };
    const fed = feed(state, { look: { at, source: 'simulated', evidence } });
    state = fed.state;
    if (fed.decision !== undefined) return { decision: fed.decision, seconds: until };
  }
}
