import { z } from 'zod';
import { rule } from '../validation';
import { DURATION, durationFinding } from './duration';

export const duration = rule(z.string(), durationFinding).meta({ pattern: DURATION.source });

/** Shares above 0: a share of 0 does nothing and hides that it does nothing. */
export const share = rule(z.number(), (percent) =>
  percent > 0 && percent <= 100
    ? undefined
    : [
        `is ${percent}, not above 0 and at most 100`,
        'write a share in per cent, such as 100, or leave the whole entry out',
      ],
).meta({ exclusiveMinimum: 0, maximum: 100 });
