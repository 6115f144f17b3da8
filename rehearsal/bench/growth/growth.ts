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
  const [whole, alone] = [false, true].map((is) => sized.filter(({ releaseAlone }) => releaseAlone === is));
  const slopes = (sizes: readonly Size[]) =>
    empty.map((_, round) => slope(sizes.map((size) => [size.services, seconds(size)[round]!])));
  const perService = slopes(whole!);
  const milliseconds = (values: readonly number[]) => spread(values.map((value) => value * 1000));
  return {
    sizes: whole!.map(timing),
    releaseAlone: alone!.map(timing),
    millisecondsPerService: milliseconds(perService),
    timesEmptyPerService: ratios(perService, empty),
    millisecondsPerServiceReleaseAlone: milliseconds(slopes(alone!)),
  };
}
