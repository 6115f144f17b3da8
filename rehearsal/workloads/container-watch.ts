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
  /** Whether the container's process listens right now. Without a probe this alone decides. */
  readonly listening: () => boolean;
  readonly onChange: () => void;
  /** Runs a probe; replaced in tests. */
  readonly run?: typeof runProbe;
}

/** Probes one container for as long as it lives: first the startup probe, then the readiness probe. */
export class ContainerWatch {
  private current: ContainerState = { started: false, ready: false };
  private timer: NodeJS.Timeout | undefined;
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
    clearTimeout(this.timer);
    this.life += 1;
    this.set({ started: false, ready: false });
    const { startup } = this.options.container;
    if (startup) this.follow(startup, this.life, () => this.begun());
    else this.begun();
  }

  stop(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  private begun(): void {
    const { readiness } = this.options.container;
    this.set({ started: true, ready: false });
    if (readiness) this.follow(readiness, this.life);
    else this.followListening(this.life);
  }

  /** @param passed given for a startup probe: called once, and the probe ends with it */
  private follow(probe: V1Probe, life: number, passed?: () => void): void {
    const timing = probeTiming(probe);
    const verdict = new ProbeVerdict(timing);
    const round = async () => {
      const run = this.options.run ?? runProbe;
      const { container, podIP, listening } = this.options;
      const ok = await run(probe, container, podIP, listening());
      if (this.ended || life !== this.life) return;
      const good = verdict.record(ok);
      if (passed && good) {
        passed();
        return;
      }
      if (!passed) this.set({ started: true, ready: good });
      this.timer = setTimeout(
        () => void round(),
        good ? timing.periodMs : Math.min(timing.periodMs, eagerPeriodMs),
      );
    };
    this.timer = setTimeout(() => void round(), timing.initialDelayMs);
  }

  private followListening(life: number): void {
    const round = () => {
      if (this.ended || life !== this.life) return;
      this.set({ started: true, ready: this.options.listening() });
      this.timer = setTimeout(round, eagerPeriodMs);
    };
    round();
  }

  private set(state: ContainerState): void {
    const changed = state.started !== this.current.started || state.ready !== this.current.ready;
    this.current = state;
    if (changed) this.options.onChange();
  }
}
