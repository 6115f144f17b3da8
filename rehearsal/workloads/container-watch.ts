import type { V1Probe } from '@kubernetes/client-node';
import type { ContainerView } from './pods';
import { ProbeVerdict, probeTiming, runProbe } from './probes';

/** While a container is not ready yet the kubelet may probe more often than the period says; so does this. */
const eagerPeriodMs = 300;

/** A container as the API shows it. */
export interface ContainerState {
  readonly started: boolean;
  readonly ready: boolean;
}

export interface ContainerWatchOptions {
  readonly container: ContainerView;
  readonly podIP: string;
  /** Whether the container's process runs right now. Without a probe this alone decides. */
  readonly listening: () => boolean;
  /** Whether a command that is a probe would pass right now. Default: while the process runs. */
  readonly commandPasses?: () => boolean;
  readonly onChange: () => void;
  /** The liveness or the startup probe has failed often enough: the kubelet ends the container. */
  readonly onDead?: () => void;
  /** Runs a probe; replaced in tests. */
  readonly run?: typeof runProbe;
}

/** Probes one container for as long as it lives: first the startup probe, then the readiness and liveness probes. */
export class ContainerWatch {
  private current: ContainerState = { started: false, ready: false };
  private readonly timers = new Set<NodeJS.Timeout>();
  private ended = false;
  /** Raised by every restart, so that a probe which began before it has no say after it. */
  private life = 0;

  constructor(private readonly options: ContainerWatchOptions) {}

  get name(): string {
    return this.options.container.name;
  }

  get state(): ContainerState {
    return this.current;
  }

  /** Begins, or begins again after a restart. */
  start(): void {
    this.clear();
    this.life += 1;
    this.set({ started: false, ready: false });
    const { startup } = this.options.container;
    if (startup) this.followStartup(startup, this.life);
    else this.begun();
  }

  stop(): void {
    this.ended = true;
    this.clear();
  }

  private begun(): void {
    const { readiness, liveness } = this.options.container;
    this.set({ started: true, ready: false });
    if (readiness) this.follow(readiness, this.life);
    else this.followListening(this.life);
    if (liveness) this.followLiveness(liveness, this.life);
  }

  private run(probe: V1Probe): Promise<boolean> {
    const { container, podIP, listening, commandPasses = listening, run = runProbe } = this.options;
    return run(probe, container, podIP, commandPasses());
  }

  private later(round: () => Promise<void>, ms: number): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void round();
    }, ms);
    this.timers.add(timer);
  }

  private clear(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private follow(probe: V1Probe, life: number): void {
    const timing = probeTiming(probe);
    const verdict = new ProbeVerdict(timing);
    const round = async () => {
      const ok = await this.run(probe);
      if (this.ended || life !== this.life) return;
      const good = verdict.record(ok);
      this.set({ started: true, ready: good });
      this.later(round, good ? timing.periodMs : Math.min(timing.periodMs, eagerPeriodMs));
    };
    this.later(round, timing.initialDelayMs);
  }

  /** A startup probe ends with its first success. One that fails for too long ends the container. */
  private followStartup(probe: V1Probe, life: number): void {
    const timing = probeTiming(probe);
    const verdict = new ProbeVerdict(timing);
    // It is asked more often than its period says, so the failures that it may have are told by the time they take.
    const patienceMs = timing.initialDelayMs + timing.failureThreshold * timing.periodMs;
    const begun = Date.now();
    const round = async () => {
      const ok = await this.run(probe);
      if (this.ended || life !== this.life) return;
      if (verdict.record(ok)) this.begun();
      else if (Date.now() - begun >= patienceMs) this.options.onDead?.();
      else this.later(round, Math.min(timing.periodMs, eagerPeriodMs));
    };
    this.later(round, timing.initialDelayMs);
  }

  /** A container counts as alive until its probe has failed often enough in a row, and then it is ended. */
  private followLiveness(probe: V1Probe, life: number): void {
    const timing = probeTiming(probe);
    const verdict = new ProbeVerdict(timing, true);
    const round = async () => {
      const ok = await this.run(probe);
      if (this.ended || life !== this.life) return;
      if (verdict.record(ok)) this.later(round, timing.periodMs);
      else this.options.onDead?.();
    };
    this.later(round, timing.initialDelayMs);
  }

  private followListening(life: number): void {
    const round = () => {
      if (this.ended || life !== this.life) return Promise.resolve();
      this.set({ started: true, ready: this.options.listening() });
      this.later(round, eagerPeriodMs);
      return Promise.resolve();
    };
    void round();
  }

  private set(state: ContainerState): void {
    const changed = state.started !== this.current.started || state.ready !== this.current.ready;
    this.current = state;
    if (changed) this.options.onChange();
  }
}
