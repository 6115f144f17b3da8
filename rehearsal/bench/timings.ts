import type { Timing } from './model';
import { figuresOf, type Figures } from './rounds';
import { ratios, spread } from './statistics';

/** What is timed, for people, in the order it is shown in. The rivals bring their own words. */
export const updates: readonly (readonly [id: string, what: string])[] = [
  ['empty', "empty program's up"],
  ['weight-step', 'weight step'],
  ['weight-step-with-policies', 'weight step, with the pack'],
  ['rollback', 'rollback'],
  ['preview', 'preview of no change'],
  ['preview-with-policies', 'preview, with the pack'],
];

/** Every thing that was timed, beside an empty program's `up` and beside a weight step. */
export function timingsOf(
  named: readonly (readonly [id: string, what: string])[],
  figures: Figures,
): readonly Timing[] {
  const empty = figuresOf(figures, 'empty');
  const step = figuresOf(figures, 'weight-step');
  return named.map(([id, what]) => {
    const values = figuresOf(figures, id);
    return {
      id,
      what,
      seconds: spread(values),
      timesEmpty: ratios(values, empty),
      weightStepTimes: ratios(step, values),
    };
  });
}
