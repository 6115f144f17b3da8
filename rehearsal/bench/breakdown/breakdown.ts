import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { projectRoot } from '../../paths';
import { steps } from '../measures/toggle';
import type { Breakdown } from '../model';
import type { Place } from '../place';
import type { BenchStack } from '../stack';
import { phaseNames, phasesOf, type PhaseId, type Traced } from './phases';
import { parseSpans } from './spans';
import { withinNames, withinOf, type WithinId } from './within';

const keysOf = <K extends string>(record: Readonly<Record<K, unknown>>): readonly K[] =>
  Object.keys(record) as K[];

/** What traced updates say together. */
export function breakdownOf(empty: readonly Traced[], weightSteps: readonly Traced[]): Breakdown {
  const [emptyPhases, stepPhases] = [empty, weightSteps].map((runs) => runs.map(phasesOf));
  const within = weightSteps.map(withinOf);
  return {
    phases: keysOf<PhaseId>(phaseNames).map((id) => ({
      id,
      what: phaseNames[id],
      empty: median(emptyPhases!.map((phases) => phases[id])),
      weightStep: median(stepPhases!.map((phases) => phases[id])),
    })),
    within: keysOf<WithinId>(withinNames).map((id) => ({
      id,
      what: withinNames[id],
      milliseconds: median(within.map((run) => run[id].milliseconds)),
      count: median(within.map((run) => run[id].count)),
    })),
    runs: weightSteps.length,
  };
}

async function traced(place: Place, stack: BenchStack): Promise<Traced> {
  const file = join(place.folder, 'trace.json');
  rmSync(file, { force: true });
  const preload = join(projectRoot(), 'rehearsal', 'bench', 'breakdown', 'untraced.js');
  const options = [process.env.NODE_OPTIONS, `--require ${JSON.stringify(preload)}`]
    .filter(Boolean)
    .join(' ');
  const { startedAt, endedAt } = await stack.upWith({
    flags: ['--otel-traces', `file://${file}`],
    env: { NODE_OPTIONS: options },
  });
  return { startedAt, endedAt, spans: parseSpans(readFileSync(file, 'utf8')) };
}

/** Traces updates, in turn. */
export async function measureBreakdown(
  place: Place,
  empty: BenchStack,
  stack: BenchStack,
  runs: number,
): Promise<Breakdown> {
  const found: { empty: Traced[]; step: Traced[] } = { empty: [], step: [] };
  const [back, forth] = steps;
  for (let run = 0; run < runs; run++) {
    found.empty.push(await traced(place, empty));
    stack.setStep(forth);
    found.step.push(await traced(place, stack));
    stack.setStep(back);
    await stack.upThatChanges(1);
  }
  return breakdownOf(found.empty, found.step);
}
