import { availableParallelism, totalmem } from 'node:os';
import { median } from 'simple-statistics';
import { Platform } from '../platform/platform';
import { observedFigures, type DataKitSummary, type Round, type Shares } from '../datakit';
import { findNginx, loadPages, rehearsalEdge, type EdgePages } from '../edge';
import type { Wire } from '../mesh/wire';
import type { Rates, Report, StepResult } from '../report';
import type { SidecarKind } from '../sidecar';
import type { Toolchain } from '../toolchain';
import { emptyProgram } from './empty-program';
import { engineArgs, platformEngine, projectEngine } from './project-engine';
import { ReleaseRun, type Monitoring, type ReleaseConfig } from './release-run';
import { Timeline } from './timeline';
import { toolVersions } from './tools';
import { Traffic, type Bucket, type LoadSnapshot } from './traffic';

export interface RehearseArgs {
  readonly name: string;
  readonly toolchain: Toolchain;
  /** How sidecars are played. Default: whole where this machine can. */
  readonly sidecars?: SidecarKind;
  /** Whether every tool was there already. */
  readonly warm: boolean;
  readonly signal: AbortSignal;
  /** When the command was started, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly onPhase: (what: string) => void;
  readonly onStep: (step: StepResult) => void;
}

/** Requests a second while an update runs: load enough to see one that fails, little enough to leave the engine room. */
export const updateRate = 120;
/** Requests a second while a share is measured. */
export const sampleRate = 600;
export const concurrency = 16;
/** Answers behind every measured share. */
export const sampleSize = 2000;
/** Length of the report's windows of traffic over time. */
const reportWindowMs = 500;
/** Pages loaded through the edge: each of them has the snippet or the edge does not work. */
const edgePages = 20;
const weights = [0, 10, 25, 50, 100];

/** The steps of the release that is rehearsed, from the baseline to the end. */
export const rehearsedSteps: readonly string[] = ['baseline', ...weights.map(String), 'finished'];

/** Sums the load's fine slices into the report's windows, told from the start of the run. */
export function rates(buckets: readonly Bucket[], startedAt: number): Rates {
  const windows = new Map<number, { perVersion: Record<string, number>; failures: number }>();
  for (const bucket of buckets) {
    const index = Math.floor((bucket.t - startedAt) / reportWindowMs);
    const window = windows.get(index) ?? { perVersion: {}, failures: 0 };
    windows.set(index, window);
    window.failures += bucket.failures;
    for (const [version, count] of Object.entries(bucket.perVersion)) {
      window.perVersion[version] = (window.perVersion[version] ?? 0) + count;
    }
  }
  return {
    windowSeconds: reportWindowMs / 1000,
    windows: [...windows]
      .filter(([index]) => index >= 0)
      .sort(([a], [b]) => a - b)
      .map(([index, window]) => ({ t: (index * reportWindowMs) / 1000, ...window })),
  };
}

/** What DataKit's stand-in tells, over the rehearsal's control socket. */
const monitoringOf = (platform: Platform): Monitoring => ({
  scrape: async (service) => (await platform.call<Round>('POST', '/datakit/scrape', { service })).at,
  shares: (service, from, to) =>
    platform.call<Shares>('GET', `/datakit/shares?service=${service}&from=${from}&to=${to}`),
});

/** The main job: one whole release of reviews from v1 to v2 under load, then a second one that is rolled back from 50. */
export async function rehearse(args: RehearseArgs): Promise<Report> {
  const { name, onPhase, onStep, sidecars, signal, startedAt, toolchain } = args;
  const platform = await Platform.start({
    name,
    toolchain,
    sidecars,
    signal,
    onPhase: (phase) => onPhase(`platform: ${phase}`),
  });
  try {
    const work = releases(platform, args);
    const died = platform.died().then((reason): never => {
      // A terminal's Ctrl-C reaches the platform as well; then the interruption is the reason, not its end.
      signal.throwIfAborted();
      throw new Error(reason);
    });
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    // The losers of the race must not surface as unhandled rejections.
    for (const promise of [died, aborted, work]) promise.catch(() => undefined);
    return await Promise.race([work, died, aborted]);
  } finally {
    onPhase('ending the platform');
    await platform.stop();
  }

  async function releases(running: Platform, { warm }: RehearseArgs): Promise<Report> {
    const timeline = new Timeline(startedAt);
    const common = engineArgs(running, toolchain, signal);
    onPhase("the platform layer: Istio and DataKit, by the program's own update");
    const layer = await platformEngine(common, running.paths.dir);
    const installed = await layer.up();
    const engine = await projectEngine(common, running.paths.dir);
    const first: ReleaseConfig = {
      service: 'reviews',
      stable: { version: 'v1' },
      canary: { version: 'v2' },
      steps: weights,
    };
    const traffic = new Traffic(running);
    const run = new ReleaseRun({
      engine,
      traffic,
      monitoring: monitoringOf(running),
      timeline,
      release: first,
      sampleSize,
      sampleRate,
      updateRate,
    });

    onPhase('first update: Bookinfo and the baseline of reviews');
    const baseline = await run.move('baseline');
    const empty = await emptyProgram(common, running.paths.dir);
    await empty.up();
    onPhase(
      `traffic through the ingress gateway from here on: ${updateRate} requests/s during updates, ${sampleRate} where a share is measured`,
    );
    await traffic.start({ ratePerSecond: updateRate, concurrency });

    const emptySeconds: number[] = [];
    const steps: StepResult[] = [];
    const repeats: NonNullable<Report['repeats']> = [];
    for (const step of rehearsedSteps) {
      onPhase(`release of v2: step ${step}`);
      // Measured beside every step, so that both meet the same load on the same machine.
      emptySeconds.push((await empty.up()).seconds);
      const result = await run.take(step);
      if (step === 'baseline')
        repeats.push({ what: 'second update of baseline', changes: result.changed.length });
      steps.push(
        step === 'baseline'
          ? { ...result, upSeconds: baseline.seconds, changed: [...baseline.changed] }
          : result,
      );
      onStep(steps.at(-1) ?? result);
    }

    const second = new ReleaseRun({
      engine,
      traffic,
      timeline,
      sampleSize,
      sampleRate,
      updateRate,
      release: { ...first, stable: { version: 'v2' }, canary: { version: 'v3' } },
    });
    onPhase('release of v3: the finished release becomes the next baseline');
    repeats.push({
      what: 'finished v2 → baseline of stable v2',
      changes: (await second.move('baseline')).changed.length,
    });
    let edge: EdgePages | undefined;
    for (const step of ['0', '10', '25', '50']) {
      // It comes and goes with steps that nothing is measured by, so that it costs no update of its own.
      const withEdge = step === '0' && findNginx() !== undefined;
      engine.configure({ 'bookinfo:edge': withEdge ? rehearsalEdge : undefined });
      onPhase(`release of v3: step ${step}${withEdge ? ', with the edge in front of the gateway' : ''}`);
      await second.move(step);
      if (withEdge) edge = await loadPages(`http://127.0.0.1:${running.ports.edge}`, edgePages);
    }
    await traffic.sample(Date.now(), 300);
    onPhase('release of v3: rolling back from 50');
    const rollback = await second.rollback('50');

    const end: LoadSnapshot = await traffic.summary();
    await traffic.stop();
    onPhase('the platform layer once more: nothing may change');
    const again = await layer.up();
    const summary = await running.call<DataKitSummary>('GET', '/datakit?settled');
    const { scraped, traces } = observedFigures(summary);
    const wire = await running.call<Wire | null>('GET', '/wire');
    return {
      schema: 1,
      startedAt: new Date(startedAt).toISOString(),
      service: 'reviews',
      provider: common.provider,
      sidecars: running.sidecars,
      tools: toolVersions(toolchain),
      machine: {
        cores: availableParallelism(),
        memoryGiB: Math.round(totalmem() / 2 ** 30),
        platform: `${process.platform} ${process.arch}`,
      },
      steps,
      rollback,
      totals: end.totals,
      baseline: { emptyProgramUpSeconds: median(emptySeconds) },
      latency: end.latency,
      timeline: timeline.events,
      rates: rates(end.buckets, startedAt),
      repeats,
      platform: {
        upSeconds: installed.seconds,
        secondUpChanges: again.changed.length,
        objects: installed.changed.filter((urn) => urn.includes('kubernetes:')).length,
      },
      traces,
      scraped: { ...scraped, shares: run.scrapedShares },
      ...(edge === undefined ? {} : { edge: { ...edge, rumPosts: summary.posts['/v1/write/rum'] ?? 0 } }),
      ...(wire === null ? {} : { wire }),
      problems: await running.call<string[]>('GET', '/problems'),
      warm,
      seconds: (Date.now() - startedAt) / 1000,
    };
  }
}
