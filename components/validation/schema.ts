import { z } from 'zod';
import { didYouMean } from './closest';
import type { Finding } from './names';
import { joinPath, valueAt, without } from './paths';
import type { Problem } from './problems';

/** How a key is written when it is there, per key: shown when it is missing or has the wrong type. */
export type Examples = Readonly<Record<string, string>>;

/** What a schema found in an input. */
export interface Examined<T> {
  readonly problems: readonly Problem[];
  /** The typed value; undefined when there are problems. */
  readonly value: T | undefined;
  /** The input without the places that are wrong, so that checks across fields can run in the same pass. */
  readonly sound: unknown;
}

/** A finding about a value, or about one of its keys. */
export interface Located {
  readonly key?: string;
  readonly finding: Finding;
}

/**
 * Adds rules to a schema. The remedy travels with the issue, which plain schema messages cannot do, and an unknown key
 * beside the known ones does not keep the rules from being looked at.
 */
export function rules<S extends z.ZodType>(schema: S, check: (value: z.output<S>) => readonly Located[]): S {
  const added = new z.core.$ZodCheck({
    check: 'custom',
    when: ({ issues }) => issues.every((issue) => issue.code === 'unrecognized_keys'),
  });
  added._zod.check = (payload) => {
    // The library types a check's payload as never-narrowed; by then the schema has given it its output's shape.
    for (const { key, finding } of check(payload.value as z.output<S>)) {
      payload.issues.push({
        code: 'custom',
        message: finding[0],
        params: { remedy: finding[1] },
        path: key === undefined ? [] : [key],
        input: payload.value,
      });
    }
  };
  return schema.check(added);
}

/** Adds one rule to a schema; see `rules`. */
export function rule<S extends z.ZodType>(schema: S, check: (value: z.output<S>) => Finding | undefined): S {
  return rules(schema, (value) => {
    const finding = check(value);
    return finding === undefined ? [] : [{ finding }];
  });
}

function describe(value: unknown): string {
  if (value === null) return 'is empty';
  if (Array.isArray(value)) return 'is a list';
  if (typeof value === 'number') return `is ${value}`;
  if (typeof value === 'string') {
    return `is the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)}`;
  }
  if (typeof value === 'boolean') return `is ${value}`;
  return typeof value === 'object' ? 'is a map' : `is ${typeof value}`;
}

const kinds: Readonly<Record<string, { readonly is: string; readonly write: string }>> = {
  number: { is: 'a number', write: 'write a number without quotes' },
  int: { is: 'a whole number', write: 'write a whole number' },
  boolean: { is: 'true or false', write: 'write true or false, without quotes' },
  string: { is: 'a text', write: 'write a text, in quotes where YAML would read something else' },
  object: { is: 'a map', write: 'write a map of keys and values' },
  record: { is: 'a map', write: 'write a map of keys and values' },
  array: { is: 'a list', write: 'write a list' },
};

/** The keys an object may have at a place in a schema. */
function knownKeys(schema: unknown, place: readonly PropertyKey[]): readonly string[] {
  if (schema instanceof z.ZodOptional) return knownKeys(schema.unwrap(), place);
  if (place.length === 0) return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  if (schema instanceof z.ZodArray) return knownKeys(schema.element, place.slice(1));
  if (schema instanceof z.ZodRecord) return knownKeys(schema.valueType, place.slice(1));
  if (!(schema instanceof z.ZodObject)) return [];
  return knownKeys((schema.shape as Record<PropertyKey, unknown>)[place[0]!], place.slice(1));
}

function example(place: readonly PropertyKey[], examples: Examples): string {
  const key = [...place].reverse().find((segment) => typeof segment === 'string');
  const text = key === undefined ? undefined : examples[key];
  return text === undefined ? '' : `, such as ${text}`;
}

function toProblems(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  raw: unknown,
  path: string,
  examples: Examples,
): Problem[] {
  const place = joinPath(path, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((key) => ({
      path: joinPath(place, [key]),
      problem: 'is not a known key',
      remedy: didYouMean(key, known, `remove it; the keys here are ${known.join(', ')}`),
    }));
  }
  if (issue.code === 'custom') {
    const remedy: unknown = issue.params?.['remedy'];
    return [
      { path: place, problem: issue.message, remedy: typeof remedy === 'string' ? remedy : 'correct it' },
    ];
  }
  const value = valueAt(raw, issue.path);
  const kind = issue.code === 'invalid_type' ? kinds[issue.expected] : undefined;
  if (value === undefined) {
    const key = issue.path.at(-1);
    return [
      {
        path: place,
        problem: 'is missing',
        remedy: `add ${typeof key === 'string' ? key : 'it'}${example(issue.path, examples)}`,
      },
    ];
  }
  if (kind === undefined) {
    const such = example(issue.path, examples);
    const problem =
      issue.code === 'invalid_union' ? 'is of a kind that is not allowed here' : `is wrong: ${issue.message}`;
    return [{ path: place, problem, remedy: such === '' ? 'correct it' : `write a value${such}` }];
  }
  return [
    {
      path: place,
      problem: `${describe(value)}, not ${kind.is}`,
      remedy: `${kind.write}${example(issue.path, examples)}`,
    },
  ];
}

/** Reads an input with a schema and says everything that is wrong with it, each with its place and remedy. */
export function examine<S extends z.ZodType>(
  schema: S,
  raw: unknown,
  path: string,
  examples: Examples = {},
): Examined<z.output<S>> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { problems: [], value: parsed.data, sound: parsed.data };
  const issues = parsed.error.issues;
  const wrong = issues.filter((issue) => issue.code !== 'unrecognized_keys').map((issue) => issue.path);
  return {
    problems: issues.flatMap((issue) => toProblems(issue, schema, raw, path, examples)),
    value: undefined,
    sound: without(raw, wrong),
  };
}
