import { join } from 'node:path';
import type { Timing } from '../model';
import { changedBetween } from '../objects';
import { makeNamespaces, type Place } from '../place';
import { roundTeller, type Extent } from '../repetitions';
import { inRounds, type Unit } from '../rounds';
import type { BenchStack } from '../stack';
import { timingsOf, updates } from '../timings';
import { cdk8sApply } from './cdk8s';
import { helmUpgrade } from './helm';
import { kubectlApply, kubectlApplyOne, kubectlReplace } from './kubectl';
import { rivalUnit, type ObjectsByStep, type Rival } from './rival';
import { steps } from './toggle';
import { betweenEmpties, judgedPreview, judgedStep, preview, stepAndRollback } from './updates';

function rivals({ folder, toolchain }: Place, objects: ObjectsByStep): readonly Rival[] {
  const [kubectl, helm] = [toolchain.path('kubectl'), toolchain.path('helm')];
  const [before, after] = steps;
  const changed = new Set(
    changedBetween(objects[before], objects[after]).map(({ kind, metadata }) => `${kind} ${metadata.name}`),
  );
  return [
    kubectlApply(kubectl),
    kubectlReplace(kubectl),
    helmUpgrade(helm, join(folder, 'helm-home')),
    cdk8sApply(kubectl),
    kubectlApplyOne(kubectl, ({ kind, metadata }) => changed.has(`${kind} ${metadata.name}`)),
  ];
}

/** Times the updates of a stack, and what other tools take for the same objects. */
export async function measureTimings(
  place: Place,
  empty: BenchStack,
  stack: BenchStack,
  objects: ObjectsByStep,
  extent: Extent,
  onPhase: (what: string) => void,
): Promise<readonly Timing[]> {
  const others = rivals(place, objects);
  onPhase('the same objects by kubectl, Helm and cdk8s');
  await makeNamespaces(
    place,
    others.map(({ namespace }) => namespace),
  );
  const units: Unit[] = [stepAndRollback(stack), judgedStep(stack), preview(stack), judgedPreview(stack)];
  for (const rival of others) units.push(await rivalUnit(place, rival, objects));
  const tell = roundTeller('timings', extent.timings, onPhase);
  const figures = await inRounds(extent.timings, betweenEmpties(empty, units), tell);
  return timingsOf([...updates, ...others.map(({ id, what }) => [id, what] as const)], figures);
}
