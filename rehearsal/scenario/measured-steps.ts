import { median } from 'simple-statistics';
import type { StepResult } from '../report';
import type { Engine } from './engine';
import type { ReleaseRun } from './release-run';

interface MeasuredStepsArgs {
  readonly run: ReleaseRun;
  /** An empty program's engine, which has been updated once. */
  readonly empty: Engine;
  /** The version under release. */
  readonly canary: string;
  readonly onPhase: (what: string) => void;
  readonly onStep: (step: StepResult) => void;
}

/** Takes the steps of a release one after the other, the updates of weights beside those of an empty program. */
export class MeasuredSteps {
  readonly results: StepResult[] = [];
  private readonly emptySeconds: number[] = [];

  constructor(private readonly args: MeasuredStepsArgs) {}

  /** Brings the application up, and again under load: the second update is to change nothing. */
  async baseline(beginTraffic: () => Promise<void>): Promise<{ readonly repeatedChanges: number }> {
    const { run } = this.args;
    const first = await run.move('baseline');
    await beginTraffic();
    const again = await this.measured('baseline');
    this.keep({ ...again, upSeconds: first.seconds, changed: [...first.changed] });
    return { repeatedChanges: again.changed.length };
  }

  async take(step: string): Promise<void> {
    // Beside the steps that it is compared with, so that both meet the same load on the same machine.
    const isWeight = Number(step) > 0;
    if (isWeight) this.emptySeconds.push((await this.args.empty.up()).seconds);
    this.keep(await this.measured(step));
  }

  /** Of an empty program's update; of one beside the baseline where no weight was taken. */
  async emptySecondsMedian(): Promise<number> {
    if (this.emptySeconds.length === 0) this.emptySeconds.push((await this.args.empty.up()).seconds);
    return median(this.emptySeconds);
  }

  private measured(step: string): Promise<StepResult> {
    const { canary, onPhase, run } = this.args;
    onPhase(`release of ${canary}: step ${step}`);
    return run.take(step);
  }

  private keep(result: StepResult): void {
    this.results.push(result);
    this.args.onStep(result);
  }
}
