import { parse } from 'smol-toml';
import type { z } from 'zod';

type Report = (problem: string) => void;

const at = (where: string, path: readonly PropertyKey[]): string => [where, ...path.map(String)].join('.');

function without(value: unknown, path: readonly PropertyKey[], keys: readonly string[]): void {
  let place = value as Record<PropertyKey, unknown>;
  for (const key of path) place = place[key] as Record<PropertyKey, unknown>;
  for (const key of keys) delete place[key];
}

/**
 * Reads one instance of a collector as DataKit does: a key it does not know changes nothing, a value of the wrong type
 * drops the instance. Where DataKit is silent, this reports.
 */
export function readInstance<S extends z.ZodType>(
  schema: S,
  raw: unknown,
  where: string,
  report: Report,
): z.output<S> | undefined {
  const value: unknown = structuredClone(raw);
  for (;;) {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    let dropped = false;
    for (const issue of result.error.issues) {
      if (issue.code === 'unrecognized_keys') {
        for (const key of issue.keys)
          report(`${at(where, [...issue.path, key])} is no key that DataKit knows: it ignores it`);
        without(value, issue.path, issue.keys);
      } else {
        report(`${at(where, issue.path)}: ${issue.message}: DataKit drops this collector`);
        dropped = true;
      }
    }
    if (dropped) return undefined;
  }
}

/** The tables of a document below `inputs`, each input's as a list. @throws when it is no TOML or has other tables */
export function inputsOf(document: string, where: string): ReadonlyMap<string, readonly unknown[]> {
  let parsed: Record<string, unknown>;
  try {
    parsed = parse(document);
  } catch (error) {
    throw new Error(`${where} is no TOML: ${(error as Error).message.split('\n')[0]}`, { cause: error });
  }
  const { inputs = {}, ...others } = parsed;
  const stray = Object.keys(others);
  if (stray.length > 0)
    throw new Error(`${where} has ${stray.join(', ')} outside of inputs: DataKit ignores it`);
  return new Map(
    Object.entries(inputs as Record<string, unknown>).map(([name, value]) => [
      name,
      Array.isArray(value) ? (value as unknown[]) : [value],
    ]),
  );
}
