import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { ReleaseError } from '../exitCodes';

/** The part of a plan of the engine that says what is going to be done. */
const planSchema = z.object({
  resourcePlans: z.record(
    z.string(),
    z.object({ goal: z.record(z.string(), z.unknown()).optional(), steps: z.array(z.string()).optional() }),
  ),
});

type Plan = z.output<typeof planSchema>['resourcePlans'];

function readPlan(file: string): Plan {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ReleaseError('error', `the plan ${file} cannot be read`, 'run the job that made it again', {
      cause,
    });
  }
  const read = planSchema.safeParse(content);
  if (read.success) return read.data.resourcePlans;
  throw new ReleaseError(
    'error',
    `${file} is no plan of this engine's version`,
    'run the job that made it again',
  );
}

const shortName = (urn: string): string => urn.split('::').slice(2).join(' ');

const sorted = (part: unknown): unknown => (Array.isArray(part) ? [...(part as unknown[])].sort() : part);

/**
 * What a plan says of a resource, in a form in which two plans of the same change are equal. Outputs are left out: they
 * follow from the rest, and one of them is the time of the step. Dependencies are registered in no fixed order, and
 * encrypted values differ each time they are written.
 */
const comparable = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value ?? null, (key, part: unknown) => {
      if (key === 'outputDiff') return undefined;
      if (key === 'ciphertext') return '[secret]';
      if (key === 'dependencies') return sorted(part);
      if (key === 'propertyDependencies' && typeof part === 'object' && part !== null) {
        return Object.fromEntries(Object.entries(part).map(([name, urns]) => [name, sorted(urns)]));
      }
      return part;
    }),
  );

/** The resources of which two plans say something different, by their type and name. */
export function planDifferences(one: Plan, other: Plan): readonly string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((urn) => {
      const [a, b] = [one[urn], other[urn]];
      return !isDeepStrictEqual(comparable(a), comparable(b));
    })
    .map(shortName)
    .sort();
}

/**
 * Makes sure that what would be done now is what was shown and approved.
 * @throws ReleaseError (drift) naming what differs; nothing was done by then
 */
export function requireSamePlan(approved: string, now: string): void {
  const different = planDifferences(readPlan(approved), readPlan(now));
  if (different.length === 0) return;
  throw new ReleaseError(
    'drift',
    `the plan that was shown is not what would be done now: ${different.slice(0, 5).join(', ')}${different.length > 5 ? ` and ${different.length - 5} more` : ''}`,
    'look at the new plan: run the pipeline again',
  );
}
