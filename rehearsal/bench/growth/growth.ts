import type { Growth, SizeTiming } from '../model';
import { figuresOf, type Figures } from '../rounds';
import { ratios, slope, spread } from '../statistics';
import { nameOf, type Size } from './size';

/**
 * What the sizes say together.
 *
 * @param figures Seconds by id, those of an empty program's `up` among them, one a round.
 */
export function growthOf(
  sized: readonly (Size & { readonly resources: number })[],
  figures: Figures,
): Growth {
  const empty = figuresOf(figures, 'empty');
  const seconds = (size: Size) => figuresOf(figures, nameOf(size));
  const timing = (size: Size & { readonly resources: number }): SizeTiming => ({
    services: size.services,
    resources: size.resources,
    seconds: spread(seconds(size)),
    timesEmpty: ratios(seconds(size), empty),
  });
  const whole = sized.filter(({ releaseAlone }) => !releaseAlone);
  const slopes = empty.map((_, round) => slope(whole.map((size) => [size.services, seconds(size)[round]!])));
  return {
    sizes: whole.map(timing),
    releaseAlone: sized.filter(({ releaseAlone }) => releaseAlone).map(timing),
    millisecondsPerService: spread(slopes.map((value) => value * 1000)),
    timesEmptyPerService: ratios(slopes, empty),
  };
}
