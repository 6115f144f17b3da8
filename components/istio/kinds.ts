import { z } from 'zod';
import { rule, type Finding, numberFinding } from '../validation';

/** A text of a form that one expression tells. Its value is shown, so it must not be a secret. */
export const matching = (pattern: RegExp, is: string, write: string) =>
  rule(z.string(), (value) =>
    pattern.test(value) ? undefined : [`is ${JSON.stringify(value)}, not ${is}`, `write ${write}`],
  ).meta({ pattern: pattern.source });

/** One of a few words. */
export const oneOf = <V extends string>(...values: readonly [V, ...V[]]) =>
  rule(z.unknown(), (value) =>
    values.includes(value as V)
      ? undefined
      : [`is ${JSON.stringify(value)}, not one of ${values.join(', ')}`, `write ${values.join(' or ')}`],
  ).meta({ enum: values });

/** More pods of one workload than this are a slip of the finger. */
const MOST_REPLICAS = 100;
const countFinding = (count: number) => numberFinding(count, { from: 1, to: MOST_REPLICAS, whole: true });

/** A union of schemas would answer "wrong" whatever is wrong with it, so the two forms are told apart here. */
function replicasFinding(value: unknown): Finding | undefined {
  if (typeof value === 'number') return countFinding(value);
  const limits = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const { min, max, ...others } = limits;
  if (typeof min !== 'number' || typeof max !== 'number' || Object.keys(others).length > 0) {
    return ['is neither a number of pods nor two limits', 'write a number such as 2, or { min: 2, max: 5 }'];
  }
  const finding = countFinding(min) ?? countFinding(max);
  if (finding !== undefined) return [`has a limit that ${finding[0]}`, finding[1]];
  return min < max
    ? undefined
    : [`has max ${max}, not more than min, ${min}`, 'raise max, or write one number'];
}

/** A number of pods, or the two limits of one. */
export const replicas = rule(z.unknown(), replicasFinding).meta({
  anyOf: [
    { type: 'integer', minimum: 1, maximum: MOST_REPLICAS },
    {
      type: 'object',
      properties: {
        min: { type: 'integer', minimum: 1, maximum: MOST_REPLICAS },
        max: { type: 'integer', minimum: 1, maximum: MOST_REPLICAS },
      },
      required: ['min', 'max'],
      additionalProperties: false,
    },
  ],
});

/** A folder of a node. */
export const directory = matching(/^\/\S*$/, 'an absolute path', 'a path on the node such as /opt/cni/bin');

/** Yes or no. */
export const flag = rule(z.unknown(), (value) =>
  typeof value === 'boolean'
    ? undefined
    : [`is ${JSON.stringify(value)}, not true or false`, 'write true or false, without quotes'],
).meta({ type: 'boolean' });
