import { z } from 'zod';
import type { Finding } from './names';
import { rule } from './schema';

/** What a number may be; limits are included. */
interface Range {
  readonly from: number;
  /** None where it is infinite. */
  readonly to: number;
  readonly whole: boolean;
  /** What the number is, where its key does not say it. */
  readonly what?: string;
}

/** What is wrong with a number that is to be of a range. */
export function numberFinding(value: number, { from, to, whole, what }: Range): Finding | undefined {
  const range = to === Infinity ? `${from} or more` : `${from} to ${to}`;
  const kind = whole ? 'a whole number' : 'a number';
  return value >= from && value <= to && (!whole || Number.isSafeInteger(value))
    ? undefined
    : [
        `is ${value}, not ${kind} of ${range}`,
        `write ${kind} of ${range}${what === undefined ? '' : `: ${what}`}`,
      ];
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const ofRange = (range: Range) =>
  rule(z.number(), (value) => numberFinding(value, range)).meta({
    ...(range.whole ? { type: 'integer' } : {}),
    minimum: range.from,
    ...(range.to === Infinity ? {} : { maximum: range.to }),
    ...(range.what === undefined ? {} : { description: sentence(range.what) }),
  });

/** A number of a range, limits included. */
export const number = (from: number, to: number) => ofRange({ from, to, whole: false });

/** A whole number of a range, limits included. */
export const wholeNumber = (from: number, to = Infinity, what?: string) =>
  ofRange({ from, to, whole: true, what });
