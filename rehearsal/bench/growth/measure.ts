import { betweenEmpties } from '../measures/updates';
import type { Growth } from '../model';
import type { Place } from '../place';
import { roundTeller, type Extent } from '../repetitions';
import { inRounds } from '../rounds';
import type { BenchStack } from '../stack';
import { growthOf } from './growth';
import { nameOf, sized, sizesOf, type Sized } from './size';

/** Puts applications of all sizes there, then takes a weight step of each in every round. */
export async function measureGrowth(
  place: Place,
  empty: BenchStack,
  extent: Extent,
  onPhase: (what: string) => void,
): Promise<Growth> {
  const found: Sized[] = [];
  for (const size of sizesOf(extent.services)) {
    onPhase(`growth: the stack ${nameOf(size)} is put there`);
    // One update more than is counted: the first round fills caches.
    found.push(await sized(place, size, extent.growth + 1));
  }
  const units = found.map(({ unit }) => unit);
  const tell = roundTeller('growth', extent.growth, onPhase);
  return growthOf(found, await inRounds(extent.growth, betweenEmpties(empty, units), tell));
}
