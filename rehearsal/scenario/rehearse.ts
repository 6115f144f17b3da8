import type { Platform } from '../platform/platform';
import { observedFigures, type DataKitSummary, type Round, type Shares } from '../datakit';
import { findNginx, loadPages, rehearsalEdge, type EdgePages } from '../edge';
import type { Wire } from '../mesh/wire';
import type { Report } from '../report';
import { emptyProgram } from './empty-program';
import { concurrency, sampleRate, sampleSize, updateRate } from './load-profile';
import { MeasuredSteps } from './measured-steps';
import { onPlatform, type RehearseArgs } from './on-platform';
import { engineArgs, platformEngine, projectEngine } from './project-engine';
import { reportOfRun } from './report-of-run';
import { ReleaseRun, type Monitoring, type ReleaseConfig } from './release-run';
import { Timeline } from './timeline';
import { Traffic } from './traffic';

/** Pages loaded through the edge: each of them has the snippet or the edge does not work. */
const edgePages = 20;
const weights = [0, 10, 25, 50, 100];

/** The steps of the release that is rehearsed, from the baseline to the end. */
export const rehearsedSteps: readonly string[] = ['baseline', ...weights.map(String), 'finished'];

const first: ReleaseConfig = {
  service: 'reviews',
  stable: { version: 'v1' },
  canary: { version: 'v2' },
  steps: weights,
};

/** The next release, of which nothing but its way back is measured. */
const second: ReleaseConfig = {
  service: 'reviews',
  stable: { version: 'v2' },
  canary: { version: 'v3' },
  steps: [0, 50, 100],
};

/** What DataKit's stand-in tells, over the rehearsal's control socket. */
const monitoringOf = (platform: Platform): Monitoring => ({
  scrape: async (service) => (await platform.call<Round>('POST', '/datakit/scrape', { service })).at,
  shares: (service, from, to) =>
    platform.call<Shares>('GET', `/datakit/shares?service=${service}&from=${from}&to=${to}`),
});

/** The main job: one whole release of reviews from v1 to v2 under load, then a second one that is rolled back from 50. */
export const rehearse = (args: RehearseArgs): Promise<Report> =>
  onPlatform(args, (platform) => twoReleases(platform, args));

async function twoReleases(platform: Platform, args: RehearseArgs): Promise<Report> {
  const { onPhase, onStep, signal, startedAt, toolchain } = args;
  const timeline = new Timeline(startedAt);
  const surroundings = engineArgs(platform, toolchain, signal);
  const { provider } = surroundings;
  const { dir } = platform.paths;
  onPhase("the platform layer: Istio and DataKit, by the program's own update");
  const layer = await platformEngine(surroundings, dir);
  const installed = await layer.up();
  const engine = await projectEngine(surroundings, dir);
  const traffic = new Traffic(platform);
  const common = { engine, traffic, timeline, sampleSize, sampleRate, updateRate };
  const run = new ReleaseRun({ ...common, monitoring: monitoringOf(platform), release: first });

  onPhase('first update: Bookinfo and the baseline of reviews');
  const empty = await emptyProgram(surroundings, dir);
  const steps = new MeasuredSteps({ run, empty, canary: 'v2', onPhase, onStep });
  const { repeatedChanges } = await steps.baseline(async () => {
    await empty.up();
    onPhase(
      `traffic through the ingress gateway from here on: ${updateRate} requests/s during updates, ${sampleRate} where a share is measured`,
    );
    await traffic.start({ ratePerSecond: updateRate, concurrency });
  });
  for (const step of rehearsedSteps.slice(1)) await steps.take(step);

  const next = new ReleaseRun({ ...common, release: second });
  onPhase('release of v3: the finished release becomes the next baseline');
  const identity = await next.move('baseline');
  let edge: EdgePages | undefined;
  for (const step of ['0', '50']) {
    // It comes and goes with steps that nothing is measured by, so that it costs no update of its own.
    const withEdge = step === '0' && findNginx() !== undefined;
    engine.configure({ 'bookinfo:edge': withEdge ? rehearsalEdge : undefined });
    onPhase(`release of v3: step ${step}${withEdge ? ', with the edge in front of the gateway' : ''}`);
    await next.move(step);
    if (withEdge) edge = await loadPages(`http://127.0.0.1:${platform.ports.edge}`, edgePages);
  }
  await traffic.sample(Date.now(), 300);
  onPhase('release of v3: rolling back from 50');
  const rollback = await next.rollback('50');

  const load = await traffic.summary();
  await traffic.stop();
  onPhase('the platform layer once more: nothing may change');
  const again = await layer.up();
  const summary = await platform.call<DataKitSummary>('GET', '/datakit?settled');
  const { scraped, traces } = observedFigures(summary);
  const wire = await platform.call<Wire | null>('GET', '/wire');
  return {
    ...reportOfRun(args, {
      provider,
      sidecars: platform.sidecars,
      timeline,
      load,
      layer: { installed, again },
    }),
    problems: await platform.call<string[]>('GET', '/problems'),
    service: 'reviews',
    steps: steps.results,
    rollback,
    baseline: { emptyProgramUpSeconds: await steps.emptySecondsMedian() },
    repeats: [
      { what: 'second update of baseline', changes: repeatedChanges },
      { what: 'finished v2 → baseline of stable v2', changes: identity.changed.length },
    ],
    traces,
    scraped: { ...scraped, shares: run.scrapedShares },
    ...(edge === undefined ? {} : { edge: { ...edge, rumPosts: summary.posts['/v1/write/rum'] ?? 0 } }),
    ...(wire === null ? {} : { wire }),
  };
}
