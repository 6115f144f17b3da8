import type { Faults, FaultTarget } from './faults';
import type { StandIn } from './standin';

/** The kubelet's pauses before it starts a crashed container again. */
const firstPauseMs = 10_000;
const longestPauseMs = 300_000;

export interface ProcessLifeOptions {
  readonly target: FaultTarget;
  readonly standIn: StandIn;
  readonly faults: Faults;
  /** The process ended by a fault, or was started again. */
  readonly onCrash: () => void;
  readonly onRestart: () => void;
  readonly onError: (error: Error) => void;
}

/** Keeps a stand-in as alive as its faults allow: never listening, crashing now and then, or simply running. */
export class ProcessLife {
  restarts = 0;
  crashedAt: Date | undefined;
  private timer: NodeJS.Timeout | undefined;
  private pauseMs = firstPauseMs;
  private ended = false;
  private readonly unsubscribe: () => void;
  private work: Promise<void> = Promise.resolve();

  constructor(private readonly options: ProcessLifeOptions) {
    this.unsubscribe = options.faults.onChange(() => this.apply());
  }

  /** Starts the process, or lets it not listen where a fault says so. */
  start(): Promise<void> {
    this.apply();
    return this.work;
  }

  async stop(): Promise<void> {
    this.ended = true;
    clearTimeout(this.timer);
    this.unsubscribe();
    await this.work;
    await this.options.standIn.stop();
  }

  /** Changes come one after the other: a server that is still being closed must not be opened again meanwhile. */
  private apply(): void {
    this.work = this.work.then(() => this.reconcile()).catch((error: Error) => this.options.onError(error));
  }

  private async reconcile(): Promise<void> {
    if (this.ended) return;
    const { standIn, faults, target } = this.options;
    const fault = faults.faultOf(target);
    clearTimeout(this.timer);
    if (this.crashedAt) {
      // A fault that was taken away ends the back-off too: whoever clears it wants the service back now.
      if (fault.crash) this.timer = setTimeout(() => this.revive(), this.pauseMs);
      else await this.restart();
      return;
    }
    if (fault.neverReady) await standIn.stop();
    else if (!standIn.listening) await standIn.start();
    if (fault.crash) this.timer = setTimeout(() => this.crash(), fault.crash.afterSeconds * 1000);
  }

  private crash(): void {
    this.end(this.pauseMs);
  }

  /**
   * The kubelet ends the process because a probe failed, and starts it again: at once the first time, after its growing
   * pause from then on.
   */
  kill(): void {
    if (this.ended || this.crashedAt) return;
    clearTimeout(this.timer);
    this.end(this.restarts === 0 ? 0 : this.pauseMs);
  }

  private end(pauseMs: number): void {
    this.options.standIn.crash();
    this.crashedAt = new Date();
    if (pauseMs === 0) {
      // No back-off, so none is shown.
      this.revive();
      return;
    }
    this.options.onCrash();
    this.timer = setTimeout(() => this.revive(), pauseMs);
  }

  private revive(): void {
    this.work = this.work.then(() => this.restart()).catch((error: Error) => this.options.onError(error));
  }

  private async restart(): Promise<void> {
    if (this.ended || !this.crashedAt) return;
    this.crashedAt = undefined;
    this.restarts += 1;
    this.pauseMs = Math.min(this.pauseMs * 2, longestPauseMs);
    this.options.onRestart();
    await this.reconcile();
  }
}
