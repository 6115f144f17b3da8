import { setTimeout as sleep } from 'node:timers/promises';
import type { Shares } from '../datakit';
import type { RollbackResult, ScrapedShare, StepResult, SupersedeResult } from '../report';
import { binomialInterval95 } from '../traffic';
import type { Engine, UpdateResult } from './engine';
import { insideInterval, shareOf, tally, type Tally, type Traffic } from './traffic';
import type { Timeline } from './timeline';

/** The release a run brings about; the keys of the stack's `bookinfo:release`. */
export interface ReleaseConfig {
  readonly service: string;
  readonly stable: { readonly version: string };
  readonly canary: { readonly version: string };
  readonly steps: readonly number[];
}

/** Requests a second while an update runs, and while a share is measured. Default: as the load was started. */
export interface Rates {
  readonly updateRate?: number;
  readonly sampleRate?: number;
}

export interface RunArgs extends Rates {
  readonly engine: Engine;
  readonly traffic: Traffic;
  readonly timeline: Timeline;
  readonly release: ReleaseConfig;
  /** Answers each step's share is measured on. */
  readonly sampleSize: number;
  /** Asked what it tells of each sample. Default: nobody is. */
  readonly monitoring?: Monitoring;
}

/** What monitoring tells of the requests between two looks. */
export interface Monitoring {
  /** Looks at the counters of a service now. @returns when, milliseconds since the epoch */
  scrape(service: string): Promise<number>;
  shares(service: string, from: number, to: number): Promise<Pick<Shares, 'requests' | 'versions'>>;
}

/** After the last answer of a version this long without another one counts as "none any more". */
const quietMs = 1500;

/** The weight of the canary that a step of the config stands for. */
export function weightOf(step: string): number {
  if (step === 'baseline') return 0;
  return step === 'finished' ? 100 : Number(step);
}

/** Brings one release through its steps under load and measures what each version received. */
export class ReleaseRun {
  /** Beside each step that was taken, what monitoring tells of it. */
  readonly scrapedShares: ScrapedShare[] = [];

  private rates: Rates;

  constructor(private readonly args: RunArgs) {
    this.rates = { updateRate: args.updateRate, sampleRate: args.sampleRate };
  }

  /** Sends requests at other rates from the next step on. */
  useRates(rates: Rates): void {
    this.rates = rates;
  }

  /** Takes one step and measures nothing but the update. */
  async move(step: string): Promise<UpdateResult> {
    const { engine, release, timeline } = this.args;
    engine.configure({ 'bookinfo:release': release, 'bookinfo:step': step });
    const update = await engine.up();
    timeline.add(update.startedAt, `${release.service} ${release.canary.version}: step ${step}`, {
      kind: 'step',
      tookSeconds: update.seconds,
      weight: weightOf(step),
      canary: release.canary.version,
    });
    return update;
  }

  /** Takes one step, waits until the proxies have it and measures the share that each version received. */
  async take(step: string): Promise<StepResult> {
    const { release, sampleSize, traffic } = this.args;
    const canary = release.canary.version;
    const weight = weightOf(step);
    const update = await this.move(step);
    const converged = await traffic.convergence(canary, weight, update.endedAt);
    await this.atSampleRate();
    let attempts = 1;
    const scraped = this.beginScrape();
    let sample = await traffic.sample(converged ?? update.endedAt, sampleSize);
    // At the ends one stray answer is one too many, whatever a second sample says.
    if (weight > 0 && weight < 100 && !insideInterval(canary, weight, sample)) {
      // One sample in twenty lies outside by chance alone; a second one in a row hardly ever does.
      attempts = 2;
      sample = await traffic.sample(sample.until, sampleSize);
    }
    await this.endScrape(step, await scraped);
    await this.atUpdateRate();
    const { buckets } = await traffic.snapshot(update.startedAt);
    // A version of weight 0 must be silent: the canary at 0 all along, the stable one as soon as the update to 100 ended and
    // the proxies had it.
    const [silent, silentFrom] =
      weight === 0 ? [canary, update.startedAt] : [release.stable.version, converged ?? update.endedAt];
    const whole = tally(buckets, silentFrom, sample.until);
    const stray = weight === 0 || weight === 100 ? (whole.perVersion[silent] ?? 0) : 0;
    return {
      step,
      weight,
      requested: sample.requests,
      observed: { [release.stable.version]: 0, [canary]: 0, ...sample.perVersion },
      share: shareOf(canary, sample),
      // Where nothing was answered, any share may be the right one, and none is inside.
      interval95:
        sample.requests > sample.failures
          ? binomialInterval95(weight, sample.requests - sample.failures)
          : [0, 1],
      withinInterval: insideInterval(canary, weight, sample),
      stray,
      failures: tally(buckets, update.startedAt, sample.until).failures,
      upSeconds: update.seconds,
      convergenceSeconds: converged === undefined ? null : (converged - update.endedAt) / 1000,
      changed: [...update.changed],
      attempts,
    };
  }

  private async atSampleRate(): Promise<void> {
    const { sampleRate } = this.rates;
    if (sampleRate !== undefined) await this.args.traffic.setRate(sampleRate);
  }

  private async atUpdateRate(): Promise<void> {
    const { updateRate } = this.rates;
    if (updateRate !== undefined) await this.args.traffic.setRate(updateRate);
  }

  /** Counts answers from `from` on, at the rate of samples, until there are enough. */
  async sample(from: number, requests: number): Promise<Tally & { readonly until: number }> {
    await this.atSampleRate();
    const sample = await this.args.traffic.sample(from, requests);
    await this.atUpdateRate();
    return sample;
  }

  private async beginScrape(): Promise<number | undefined> {
    const { monitoring, release } = this.args;
    return monitoring?.scrape(release.service);
  }

  private async endScrape(step: string, from: number | undefined): Promise<void> {
    const { monitoring, release, traffic } = this.args;
    if (monitoring === undefined || from === undefined) return;
    const canary = release.canary.version;
    const to = await monitoring.scrape(release.service);
    const { requests, versions } = await monitoring.shares(release.service, from, to);
    const { buckets } = await traffic.snapshot(from);
    this.scrapedShares.push({
      step,
      weight: weightOf(step),
      counted: shareOf(canary, tally(buckets, from, to)),
      scraped: requests === 0 ? null : (versions[canary]?.share ?? 0),
      requests,
    });
  }

  /** Goes back to weight 0 in one move and watches until the canary has stopped answering. */
  async rollback(from: string): Promise<RollbackResult> {
    const update = await this.rollbackMove(from);
    const { during, secondsToZero } = await this.untilQuiet(update);
    return {
      from: weightOf(from),
      upSeconds: update.seconds,
      secondsToZero,
      requestsDuring: during.requests,
      failures: during.failures,
    };
  }

  private async untilQuiet(update: UpdateResult): Promise<{ during: Tally; secondsToZero: number | null }> {
    const { release, traffic } = this.args;
    const canary = release.canary.version;
    const deadline = update.endedAt + 15_000;
    for (;;) {
      await sleep(100);
      const { buckets, lastAnswered } = await traffic.snapshot(update.startedAt);
      const last = lastAnswered[canary] ?? 0;
      const now = Date.now();
      const quiet = now - Math.max(last, update.endedAt) > quietMs;
      if (!quiet && now < deadline) continue;
      return {
        during: tally(buckets, update.startedAt, now),
        secondsToZero: quiet ? Math.max(0, last - update.startedAt) / 1000 : null,
      };
    }
  }

  /** A third version takes over in flight: back to 0, then the swap. Returns the run of the new release. */
  async supersede(from: string, by: string): Promise<{ result: SupersedeResult; run: ReleaseRun }> {
    const { release, timeline, traffic } = this.args;
    const replaced = release.canary.version;
    const back = await this.rollbackMove(from);
    const { secondsToZero } = await this.untilQuiet(back);
    const run = new ReleaseRun({ ...this.args, release: { ...release, canary: { version: by } } });
    const swap = await run.move('0');
    timeline.add(swap.startedAt, `${by} takes the place of ${replaced}`, { kind: 'supersede', canary: by });
    const quiet = await this.sample(swap.endedAt, 500);
    const { buckets } = await traffic.snapshot(back.startedAt);
    const all = tally(buckets, back.startedAt, quiet.until);
    const result: SupersedeResult = {
      from: weightOf(from),
      replaced,
      by,
      moves: [
        { what: 'rollback to 0', upSeconds: back.seconds, changed: [...back.changed] },
        { what: `swap ${replaced} for ${by}`, upSeconds: swap.seconds, changed: [...swap.changed] },
      ],
      secondsToZero,
      requestsDuring: all.requests,
      stray: (quiet.perVersion[replaced] ?? 0) + (quiet.perVersion[by] ?? 0),
      failures: all.failures,
    };
    return { result, run };
  }

  private async rollbackMove(from: string): Promise<UpdateResult> {
    const { engine, release, timeline } = this.args;
    engine.configure({ 'bookinfo:release': release, 'bookinfo:step': '0' });
    const update = await engine.up();
    timeline.add(update.startedAt, `roll back from ${from}`, {
      kind: 'rollback',
      tookSeconds: update.seconds,
      weight: 0,
    });
    return update;
  }
}
