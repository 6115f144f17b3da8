import type { QueryAnswer } from '../../metrics';
import type { CustomObservation } from '../model';
import type { QueryCheck } from './settings';

/** A number as it is written in findings. */
const shown = (value: number): string => String(Number(value.toPrecision(4)));

/** What the bounds of a query ask for, in words. */
export function boundsOf({ below, above, ofStable }: QueryCheck): string {
  return [
    below === undefined ? '' : `below ${below}`,
    above === undefined ? '' : `above ${above}`,
    ofStable?.atMost === undefined ? '' : `at most ${ofStable.atMost} times the stable version's`,
    ofStable?.atLeast === undefined ? '' : `at least ${ofStable.atLeast} times the stable version's`,
  ]
    .filter((text) => text !== '')
    .join(' and ');
}

/** Judges what a query gave for the canary and, where it is compared, for the stable version. */
export function judgeQuery(
  check: QueryCheck,
  canary: QueryAnswer,
  stable: QueryAnswer | undefined,
): Omit<CustomObservation, 'id'> {
  const { below, above, ofStable } = check;
  const numbers = {
    canary: canary.kind === 'value' ? canary.value : null,
    ...(stable === undefined ? {} : { stable: stable.kind === 'value' ? stable.value : null }),
  };
  const say = (state: CustomObservation['state'], finding: string) => ({ state, finding, numbers });
  if (canary.kind === 'none') {
    return say(canary.reason === 'empty' ? 'absent' : 'unknown', `no number of the canary: ${canary.detail}`);
  }
  const { value } = canary;
  const found =
    stable?.kind === 'value'
      ? `canary ${shown(value)}, stable ${shown(stable.value)}`
      : `canary ${shown(value)}`;
  if ((below !== undefined && !(value < below)) || (above !== undefined && !(value > above)))
    return say('bad', found);
  if (ofStable === undefined || stable === undefined) return say('good', found);
  if (stable.kind === 'none') return say('unknown', `no number of the stable version: ${stable.detail}`);
  const { atMost = Infinity, atLeast = -Infinity } = ofStable;
  // Of a negative number "times" says nothing; of zero anything above it is more than any number of times.
  if (stable.value < 0 || value < 0)
    return say('unknown', `${found}: numbers below zero cannot be compared by a factor`);
  return say(value <= atMost * stable.value && value >= atLeast * stable.value ? 'good' : 'bad', found);
}
