import { seconds } from '../../report/format';
import type { Spread } from '../model';

/** `1.93`, or `24.8` above ten. */
export const times = (value: number): string => value.toFixed(value < 10 ? 2 : 1);

/** `0.2`, or `23` above ten. What is rounded to nothing has no sign. */
export const milliseconds = (value: number): string =>
  value.toFixed(value < 10 ? 1 : 0).replace(/^-(?=0\.0$)/, '');

/** `0.93–1.02`: the least and the most of all repetitions. */
export const range = ({ min, max }: Spread, format: (value: number) => string): string =>
  `${format(min)}–${format(max)}`;

export { seconds };
