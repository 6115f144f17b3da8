import { z } from 'zod';
import { joinPath, rule, type Examples, type Problem, wholeNumber } from '../validation';
import { conditionsOf, conjunction } from './conditions';
import { endFinding } from './instant';
import { requestMatches } from './matchRules';
import type { FaultDrill, RequestMatch } from './model';
import { inexpressibleDrill } from './routes';
import { duration, share } from './valueRules';

export const drill = z.strictObject({
  match: requestMatches.optional(),
  delay: z.strictObject({ fixedDelay: duration, percent: share }).optional(),
  abort: z
    .strictObject({ httpStatus: wholeNumber(200, 599, 'an HTTP status such as 503'), percent: share })
    .optional(),
  reason: rule(z.string(), (reason) =>
    reason.trim() === '' ? ['is empty', 'say what the drill is for, or leave the key out'] : undefined,
  ).optional(),
  until: rule(z.string(), endFinding).optional(),
});

const exampleDelay = '{ fixedDelay: 7s, percent: 100 }';

export const drillExamples: Examples = {
  drills: `[{ delay: ${exampleDelay} }]`,
  delay: exampleDelay,
  fixedDelay: '7s',
  abort: '{ httpStatus: 503, percent: 100 }',
  httpStatus: '503',
  percent: '100',
  reason: '"does productpage survive slow ratings?"',
  until: '"2030-01-31"',
};

/** The drills of a policy and the matches of the release they stand in, as far as they are sound. */
export interface PartialDrills {
  readonly drills?: readonly (FaultDrill | undefined)[];
  readonly match?: readonly (RequestMatch | undefined)[];
}

/** The rules that look at several keys of a drill, or at several drills, together. */
export function drillProblems({ drills = [], match = [] }: PartialDrills, path: string): Problem[] {
  const released = match.filter((entry) => entry !== undefined).map(conditionsOf);
  return drills.flatMap((given, index): Problem[] => {
    const place = joinPath(path, ['drills', index]);
    if (given === undefined) return [];
    const problems: Problem[] = [];
    if (given.delay === undefined && given.abort === undefined) {
      problems.push({
        path: place,
        problem: 'has neither delay nor abort',
        remedy: `add one, such as delay: ${exampleDelay}`,
      });
    }
    if (given.match === undefined && index < drills.length - 1) {
      problems.push({
        path: place,
        problem: 'takes every request, so the drills after it are never reached',
        remedy: 'put the drill without a match last, or give it a match',
      });
    }
    for (const [at, entry] of (given.match ?? []).entries()) {
      if (entry === undefined) continue;
      if (released.some((other) => conjunction(conditionsOf(entry), other) === 'inexpressible')) {
        problems.push(inexpressibleDrill(joinPath(place, ['match', at])));
      }
    }
    return problems;
  });
}
