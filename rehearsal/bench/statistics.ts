import { linearRegression, max, median, min } from 'simple-statistics';
import type { Spread } from './model';

/** @throws Error for no values: what was never measured has no middle */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('nothing was measured');
  const list = [...values];
  return { median: median(list), min: min(list), max: max(list), values: list };
}

/** Value by value, each through the one that was measured in the same round. @throws Error where one has no counterpart */
export function ratios(values: readonly number[], baseline: readonly number[]): Spread {
  if (values.length !== baseline.length) {
    throw new Error(`${values.length} values have ${baseline.length} counterparts`);
  }
  return spread(values.map((value, round) => value / baseline[round]!));
}

/** The slope of the line that runs closest to the points: how much y grows for one x more. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  return linearRegression(points.map(([x, y]) => [x, y])).m;
}
