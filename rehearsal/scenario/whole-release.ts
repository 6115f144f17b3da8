import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../paths';
import type { RollbackResult, StepResult } from '../report';
import { emptyProgram } from './empty-program';
import { Engine } from './engine';
import { concurrency, ratesAt, sampleRate, sampleSize, trialSize, updateRate } from './load-profile';
import { MeasuredSteps } from './measured-steps';
import type { RehearseArgs } from './on-platform';
import type { Surroundings } from './project-engine';
import { ReleaseRun } from './release-run';
import type { OwnStack } from './stack-plan';
import { Timeline } from './timeline';
import type { LoadSnapshot, Traffic } from './traffic';

/** The weight that is rolled back from: the highest that is not all. */
export const rollbackWeight = (steps: readonly number[]): number =>
  Math.max(0, ...steps.filter((weight) => weight < 100));

/** What was wrong with the requests that failed, each reason once. */
const failureLines = ({ notes }: Pick<LoadSnapshot, 'notes'>): readonly string[] => [
  ...new Set(notes.map(({ kind, message }) => `a request failed: ${kind}, ${message}`)),
];

const rates = { sampleSize, sampleRate, updateRate };

interface WholeReleaseArgs {
  readonly stack: OwnStack;
  readonly surroundings: Surroundings;
  /** Where the engine's files of this run go. */
  readonly dir: string;
  readonly traffic: Traffic;
}

interface ReleaseTaken {
  readonly steps: StepResult[];
  readonly rollback: RollbackResult;
  readonly emptySeconds: number;
  readonly timeline: Timeline;
  readonly load: LoadSnapshot;
}

/** An engine on a stack of somebody's own, with nothing applied yet. */
export async function engineOf(stack: OwnStack, surroundings: Surroundings, dir: string): Promise<Engine> {
  const source = join(dir, 'own-stack.yaml');
  writeFileSync(source, stack.config);
  const place = { projectDir: projectRoot(), stack: 'rehearsed', workDir: dir };
  const engine = new Engine({ ...surroundings, ...place });
  await engine.init(source);
  return engine;
}

/** How many requests a second are answered at the rate that the load has now. */
async function speedOf(traffic: Traffic): Promise<number> {
  const from = Date.now();
  const { until } = await traffic.sample(from, trialSize);
  return trialSize / ((until - from) / 1000);
}

/** Brings a stack's release from its baseline to its end under load, with a rollback on the way. */
export async function wholeRelease(
  engine: Engine,
  { dir, stack, surroundings, traffic }: WholeReleaseArgs,
  { onPhase, onStep, startedAt }: RehearseArgs,
): Promise<ReleaseTaken> {
  const { service, steps: weights, canary } = stack.release;
  const timeline = new Timeline(startedAt);
  const run = new ReleaseRun({ engine, traffic, timeline, release: stack.release, ...rates });
  onPhase(`first update: ${stack.name} and the baseline of ${service}`);
  const empty = await emptyProgram(surroundings, dir);
  const steps = new MeasuredSteps({ run, empty, canary: canary.version, onPhase, onStep });
  await steps.baseline(async () => {
    await empty.up();
    onPhase(`requests to ${stack.path} from here on, counted by the version of ${service}`);
    const to = { path: stack.path, service };
    await traffic.start({ ...to, ratePerSecond: sampleRate, concurrency, failureTexts: [] });
    const perSecond = await speedOf(traffic);
    const own = ratesAt(perSecond);
    run.useRates(own);
    await traffic.setRate(own.updateRate);
    const known = `${stack.name} answers ${Math.round(perSecond)} requests/s here`;
    onPhase(`${known}: ${own.updateRate}/s while updates run, ${own.sampleRate}/s while a share is measured`);
  });

  const from = rollbackWeight(weights);
  for (const weight of weights.filter((each) => each <= from)) await steps.take(String(weight));
  onPhase(`release of ${canary.version}: rolling back from ${from}`);
  const rollback = await run.rollback(String(from));
  for (const weight of weights.filter((each) => each > 0 && each <= from)) await run.move(String(weight));
  for (const step of [...weights.filter((weight) => weight > from).map(String), 'finished'])
    await steps.take(step);

  const load = await traffic.summary();
  for (const line of failureLines(load)) onPhase(line);
  await traffic.stop();
  return {
    ...{ steps: steps.results, rollback, timeline, load },
    emptySeconds: await steps.emptySecondsMedian(),
  };
}
