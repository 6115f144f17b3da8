import { z } from 'zod';
import { rule, type Finding } from '../validation';
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

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

export function wholeNumber(from: number, to: number, why: string) {
  const range = to === Number.MAX_SAFE_INTEGER ? `of ${from} or more` : `from ${from} to ${to}`;
  return rule(z.number(), (value): Finding | undefined =>
    Number.isInteger(value) && value >= from && value <= to
      ? undefined
      : [`is ${value}, not a whole number ${range}`, `write a whole number ${range}: ${why}`],
  ).meta({ type: 'integer', minimum: from, maximum: to, description: sentence(why) });
}
