import { join } from 'node:path';
import { projectRoot } from '../paths';
import type { Toolchain } from '../toolchain';
import { measureBreakdown } from './breakdown/breakdown';
import { measureGrowth } from './growth/measure';
import { nameOf, sizesOf } from './growth/size';
import { machineFacts } from './machine';
import { measureTimings } from './measures/measure';
import type { ObjectsByStep } from './measures/rival';
import { steps } from './measures/toggle';
import { measureMemory } from './memory/memory';
import { tellsChildren } from './memory/processTree';
import type { Bench } from './model';
import { renderedObjects } from './objects';
import { atPlace, makeNamespaces, type Place } from './place';
import { extentOf } from './repetitions';
import { BenchStack } from './stack';

export interface BenchArgs {
  readonly name: string;
  readonly toolchain: Toolchain;
  /** Fewer repetitions and smaller sizes. */
  readonly quick: boolean;
  readonly signal: AbortSignal;
  /** When the command was started, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly onPhase: (what: string) => void;
}

/** The stack whose weight step is timed: Bookinfo as it is rehearsed. */
const STACK = 'rehearsal';

/** Measures everything, each thing beside its baseline, on a platform of its own that ends with it. */
export function bench(args: BenchArgs): Promise<Bench> {
  const { name, onPhase, signal, toolchain } = args;
  onPhase('platform: a control plane and a node');
  return atPlace({ name, toolchain, signal, onPhase }, (place) => measure(place, args));
}

async function objectsByStep(place: Place): Promise<ObjectsByStep> {
  const [before, after] = await Promise.all(steps.map((step) => renderedObjects(place, STACK, step)));
  return { [steps[0]]: before!, [steps[1]]: after! };
}

/** Bookinfo at step 0, from where the timed steps go. */
async function released(place: Place): Promise<BenchStack> {
  const config = join(projectRoot(), 'stacks', `Pulumi.${STACK}.yaml`);
  const stack = await BenchStack.ofProject(place, STACK, config);
  await stack.up();
  stack.setStep(steps[0]);
  await stack.up();
  return stack;
}

async function measure(place: Place, args: BenchArgs): Promise<Bench> {
  const { onPhase, quick, startedAt, toolchain } = args;
  const extent = extentOf(quick);
  const objects = await objectsByStep(place);
  await makeNamespaces(place, ['bookinfo', ...sizesOf(extent.services).map(nameOf)]);
  onPhase('Bookinfo and the baseline of reviews');
  const stack = await released(place);
  const empty = await BenchStack.ofNothing(place);
  const timings = await measureTimings(place, empty, stack, objects, extent, onPhase);
  onPhase('where the time goes: the engine traces its updates');
  const breakdown = await measureBreakdown(place, empty, stack, extent.breakdown);
  onPhase('memory');
  const memory = tellsChildren() ? await measureMemory(empty, stack, extent.memory) : undefined;
  // Last, for its pods stay and are probed.
  const growth = await measureGrowth(place, empty, extent, onPhase);
  return {
    schema: 1,
    startedAt: new Date(startedAt).toISOString(),
    seconds: (Date.now() - startedAt) / 1000,
    quick,
    machine: machineFacts(toolchain, place.surroundings.provider),
    objects: objects[steps[0]].length,
    timings,
    growth,
    ...(memory === undefined ? {} : { memory }),
    breakdown,
  };
}
