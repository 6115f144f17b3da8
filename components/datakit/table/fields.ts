import { z } from 'zod';
import type { Examples } from '../../validation';

/** What a value becomes in DataKit's TOML. A `bigint` is written as an integer, a `number` as a float. */
export type TomlValue =
  string | number | bigint | boolean | readonly TomlValue[] | { readonly [key: string]: TomlValue };

/** One kind of value: how it is checked and how it is written. */
export interface Kind<V> {
  readonly schema: z.ZodType<V>;
  readonly render: (value: V) => TomlValue;
  /** Shown where the value is missing or of the wrong type. */
  readonly example?: string;
  /** The examples of the keys below, where the value is a table. */
  readonly examples?: Examples;
}

/** One setting: its key in DataKit's file and its kind. */
export interface Field<V, Presence extends 'required' | 'optional'> {
  readonly key: string;
  readonly presence: Presence;
  readonly kind: Kind<V>;
}

/**
 * The table of a group of settings: our name → DataKit's key and the kind of value.
 *
 * It is the one place where a setting is spelt as DataKit spells it. DataKit drops a key that it does not know without
 * a word, so the compiler keeps the table complete (a setting without an entry, or an entry without a setting, does not
 * compile), and at run time a key that is not in it is a problem.
 */
export type Fields<T extends object> = {
  readonly [K in keyof T]-?: Field<
    Exclude<T[K], undefined>,
    undefined extends T[K] ? 'optional' : 'required'
  >;
};

export const required = <V>(key: string, kind: Kind<V>): Field<V, 'required'> => ({
  key,
  presence: 'required',
  kind,
});

export const optional = <V>(key: string, kind: Kind<V>): Field<V, 'optional'> => ({
  key,
  presence: 'optional',
  kind,
});

type AnyField = Field<unknown, 'required' | 'optional'>;

const entriesOf = (fields: object): [string, AnyField][] => Object.entries(fields) as [string, AnyField][];

function renderTable(fields: object, value: object): Record<string, TomlValue> {
  const rendered: Record<string, TomlValue> = {};
  for (const [name, { key, kind }] of entriesOf(fields)) {
    const setting = (value as Record<string, unknown>)[name];
    if (setting !== undefined) rendered[key] = kind.render(setting);
  }
  return rendered;
}

/** A table of settings; keys are written in the order of `fields`. */
export function table<T extends object>(fields: Fields<T>): Kind<T> {
  const entries = entriesOf(fields);
  const shape = Object.fromEntries(
    entries.map(([name, { presence, kind }]) => [
      name,
      presence === 'optional' ? kind.schema.optional() : kind.schema,
    ]),
  );
  const examples: Record<string, string> = {};
  for (const [name, { kind }] of entries) {
    Object.assign(examples, kind.examples);
    if (kind.example !== undefined) examples[name] = kind.example;
  }
  return {
    // The shape is made of T's own kinds, key by key; the library cannot follow that through `Object.fromEntries`.
    schema: z.strictObject(shape) as unknown as z.ZodType<T>,
    render: (value) => renderTable(fields, value),
    examples,
  };
}
