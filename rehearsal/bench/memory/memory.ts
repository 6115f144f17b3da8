import { steps } from '../measures/toggle';
import type { Memory, Role, Spread } from '../model';
import type { BenchStack } from '../stack';
import { ratios, spread } from '../statistics';
import { watched, type Peak } from './watch';

function byRole(peaks: readonly Peak[]): Readonly<Partial<Record<Role, Spread>>> {
  const roles = [...new Set(peaks.flatMap((peak) => Object.keys(peak.byRole) as Role[]))];
  return Object.fromEntries(
    roles.map((role) => [role, spread(peaks.flatMap((peak) => peak.byRole[role] ?? []))]),
  );
}

/** @param peaks Those of the empty program first: the others are compared with them, run by run. */
export function memoryOf(
  peaks: readonly { readonly what: string; readonly runs: readonly Peak[] }[],
): readonly Memory[] {
  const wholes = (runs: readonly Peak[]) => runs.map(({ whole }) => whole);
  const baseline = wholes(peaks[0]?.runs ?? []);
  return peaks.map(({ what, runs }) => ({
    what,
    whole: spread(wholes(runs)),
    timesEmpty: ratios(wholes(runs), baseline),
    byRole: byRole(runs),
  }));
}

/** Watches updates, in turn. They are not timed: looking costs processor time. */
export async function measureMemory(
  empty: BenchStack,
  stack: BenchStack,
  runs: number,
): Promise<readonly Memory[]> {
  const found: { empty: Peak[]; step: Peak[] } = { empty: [], step: [] };
  const [back, forth] = steps;
  for (let run = 0; run < runs; run++) {
    found.empty.push(await watched(() => empty.up()));
    stack.setStep(forth);
    found.step.push(await watched(() => stack.upThatChanges(1)));
    stack.setStep(back);
    await stack.upThatChanges(1);
  }
  return memoryOf([
    { what: "empty program's up", runs: found.empty },
    { what: 'weight step', runs: found.step },
  ]);
}
