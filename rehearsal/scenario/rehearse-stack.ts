import { writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { projectRoot } from '../paths';
import { Platform } from '../platform/platform';
import type { PlayedWorkload, Report, StepResult } from '../report';
import { emptyProgram } from './empty-program';
import { Engine } from './engine';
import { engineArgs, platformEngine } from './project-engine';
import { concurrency, rates, sampleRate, sampleSize, updateRate, type RehearseArgs } from './rehearse';
import { ReleaseRun } from './release-run';
import type { OwnStack } from './stack-plan';
import { Timeline } from './timeline';
import { toolVersions } from './tools';
import { Traffic } from './traffic';

/** The weight that is rolled back from: the highest that is not all. */
export const rollbackWeight = (steps: readonly number[]): number =>
  Math.max(0, ...steps.filter((weight) => weight < 100));

async function rehearseOn(
  platform: Platform,
  stack: OwnStack,
  { toolchain, signal, startedAt, warm, onPhase, onStep }: RehearseArgs,
): Promise<Report> {
  const { service, steps: weights, stable, canary } = stack.release;
  const timeline = new Timeline(startedAt);
  const common = engineArgs(platform, toolchain, signal);
  const { dir } = platform.paths;
  onPhase("the platform layer: Istio and DataKit, by the program's own update");
  const layer = await platformEngine(common, dir);
  layer.configure({ 'bookinfo:namespaces': [stack.namespace], 'bookinfo:outsideNamespaces': undefined });
  const installed = await layer.up();
  const source = join(dir, 'own-stack.yaml');
  writeFileSync(source, stack.config);
  const engine = new Engine({ ...common, projectDir: projectRoot(), stack: 'rehearsed', workDir: dir });
  await engine.init(source);

  const traffic = new Traffic(platform);
  const run = new ReleaseRun({
    ...{ engine, traffic, timeline, release: stack.release },
    ...{ sampleSize, sampleRate, updateRate },
  });
  onPhase(`first update: ${stack.name} and the baseline of ${service}`);
  const baseline = await run.move('baseline');
  const empty = await emptyProgram(common, dir);
  await empty.up();
  onPhase(`requests to ${stack.path} from here on, counted by the version of ${service}`);
  await traffic.start({
    path: stack.path,
    service,
    ratePerSecond: updateRate,
    concurrency,
    failureTexts: [],
  });

  const emptySeconds: number[] = [];
  const results: StepResult[] = [];
  const from = rollbackWeight(weights);
  const take = async (step: string) => {
    onPhase(`release of ${canary.version}: step ${step}`);
    emptySeconds.push((await empty.up()).seconds);
    const result = await run.take(step);
    results.push(
      step === 'baseline'
        ? { ...result, upSeconds: baseline.seconds, changed: [...baseline.changed] }
        : result,
    );
    onStep(results.at(-1) ?? result);
  };
  for (const step of ['baseline', ...weights.filter((weight) => weight <= from).map(String)])
    await take(step);
  onPhase(`release of ${canary.version}: rolling back from ${from}`);
  const rollback = await run.rollback(String(from));
  for (const weight of weights.filter((each) => each > 0 && each <= from)) await run.move(String(weight));
  for (const step of [...weights.filter((weight) => weight > from).map(String), 'finished']) await take(step);

  const end = await traffic.summary();
  const played = await platform.call<PlayedWorkload[]>('GET', '/played');
  await traffic.stop();
  onPhase('the platform layer once more: nothing may change');
  const again = await layer.up();
  return {
    schema: 1,
    startedAt: new Date(startedAt).toISOString(),
    service,
    versions: { stable: stable.version, canary: canary.version },
    provider: common.provider,
    sidecars: platform.sidecars,
    tools: toolVersions(toolchain),
    machine: {
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      platform: `${process.platform} ${process.arch}`,
    },
    steps: results,
    rollback,
    totals: end.totals,
    baseline: { emptyProgramUpSeconds: median(emptySeconds) },
    latency: end.latency,
    timeline: timeline.events,
    rates: rates(end.buckets, startedAt),
    platform: {
      upSeconds: installed.seconds,
      secondUpChanges: again.changed.length,
      objects: installed.changed.filter((urn) => urn.includes('kubernetes:')).length,
    },
    played: played.filter(({ namespace }) => namespace === stack.namespace),
    problems: await platform.call<string[]>('GET', '/problems'),
    warm,
    seconds: (Date.now() - startedAt) / 1000,
  };
}

/** A whole release of somebody's own stack under load, with a rollback on the way, on a platform of its own. */
export async function rehearseStack(stack: OwnStack, args: RehearseArgs): Promise<Report> {
  const { name, onPhase, sidecars, signal, toolchain } = args;
  const platform = await Platform.start({
    ...{ name, toolchain, sidecars, signal },
    onPhase: (phase) => onPhase(`platform: ${phase}`),
  });
  try {
    const work = rehearseOn(platform, stack, args);
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
}
