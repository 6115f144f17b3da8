import { z } from 'zod';
import { rule, rules, type Finding, type Located, number, wholeNumber } from '../../validation';
import { durationSeconds } from '../duration';
import type { Kind } from './fields';
import { goRegexFinding } from './goRegex';

const same = <V extends string | boolean>(value: V): V => value;

const emptyFinding = (value: string): Finding | undefined =>
  value.trim() === '' ? ['is empty', 'write a text, or leave the key out'] : undefined;

/** A text that says something; `finding` checks more of it. */
export const text = (example: string, finding?: (value: string) => Finding | undefined): Kind<string> => ({
  schema: rule(z.string(), (value) => emptyFinding(value) ?? finding?.(value)),
  render: same,
  example: JSON.stringify(example),
});

export const flag: Kind<boolean> = { schema: z.boolean(), render: same, example: 'true' };

/** A whole number, written as an integer: DataKit drops a collector whose integer has a decimal point. */
export const whole = (from: number, to = Infinity): Kind<number> => ({
  schema: wholeNumber(from, to),
  render: (value) => BigInt(value),
  example: String(from),
});

/** A number that is written with a decimal point even where it has no fraction. */
export const fraction = (from: number, to: number): Kind<number> => ({
  schema: number(from, to),
  render: (value) => value,
  example: String(to),
});

/** A duration in Go's spelling. DataKit silently takes the nearer limit for one outside of them. */
export function duration(from: string, to?: string): Kind<string> {
  const low = durationSeconds(from)!;
  const high = to === undefined ? Infinity : durationSeconds(to)!;
  const limits = to === undefined ? `${from} or more` : `${from} to ${to}`;
  return {
    schema: rule(z.string(), (value) => {
      const seconds = durationSeconds(value);
      if (seconds === undefined) {
        return [`is ${JSON.stringify(value)}, not a duration`, 'write a Go duration such as 10s'];
      }
      return seconds >= low && seconds <= high
        ? undefined
        : [`is ${value}, outside of ${limits}`, `write a duration of ${limits}`];
    }),
    render: same,
    example: '10s',
  };
}

export function oneOf<const T extends readonly [string, ...string[]]>(...words: T): Kind<T[number]> {
  const known: readonly string[] = words;
  const schema = rule(z.string(), (value) =>
    known.includes(value)
      ? undefined
      : [`is ${JSON.stringify(value)}, which is unknown`, `write one of ${known.join(', ')}`],
  ).meta({ enum: words });
  return { schema: schema, render: same, example: words[0] };
}

/** One of a few numbers, written as an integer. */
export function oneNumberOf<const T extends readonly [number, ...number[]]>(...values: T): Kind<T[number]> {
  const known: readonly number[] = values;
  const schema = rule(z.number(), (value) =>
    known.includes(value) ? undefined : [`is ${value}, which is unknown`, `write one of ${known.join(', ')}`],
  ).meta({ enum: values });
  return {
    schema: schema,
    render: (value) => BigInt(value),
    example: String(values[0]),
  };
}

export interface ListLimits {
  /** Set where an empty list would switch the collector off without a word. */
  readonly filled?: boolean;
}

export function list<V>(item: Kind<V>, { filled = false }: ListLimits = {}): Kind<readonly V[]> {
  const schema = rule(z.array(item.schema), (values) =>
    filled && values.length === 0 ? ['is empty', 'write at least one entry'] : undefined,
  );
  return {
    schema: schema,
    render: (values) => values.map((value) => item.render(value)),
    ...(item.examples === undefined ? {} : { examples: item.examples }),
    ...(item.example === undefined ? {} : { example: `[${item.example}]` }),
  };
}

/** A map whose keys the user chooses: tags, headers, services. */
export function map<V>(
  item: Kind<V>,
  finding: (key: string) => Finding | undefined = emptyFinding,
): Kind<Readonly<Record<string, V>>> {
  const schema = rules(z.record(z.string(), item.schema), (entries) =>
    Object.keys(entries).flatMap((key): Located[] => {
      const found = finding(key);
      return found === undefined ? [] : [{ key, finding: [`has a key that ${found[0]}`, found[1]] }];
    }),
  );
  return {
    schema,
    render: (entries) =>
      Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, item.render(value)])),
    ...(item.example === undefined ? {} : { example: `{ name: ${item.example} }` }),
  };
}

/** Adds rules that look at several keys of a table together. */
export const ruled = <T>(kind: Kind<T>, check: (value: T) => readonly Located[]): Kind<T> => ({
  ...kind,
  schema: rules(kind.schema, check),
});

export const regex: Kind<string> = text('^istio_', goRegexFinding);

export const path: Kind<string> = text('/v1/write', (value) =>
  /^\/[^\s?#]*$/.test(value)
    ? undefined
    : [`is ${JSON.stringify(value)}, not a path`, 'write a path that begins with /, such as /api/v2/spans'],
);

/** A file or folder in DataKit's container. */
export const file: Kind<string> = text('/etc/ssl/ca.crt', (value) =>
  /^\.?\/\S*$/.test(value)
    ? undefined
    : [`is ${JSON.stringify(value)}, not a path of a file`, 'write the path as DataKit sees it'],
);

export const url: Kind<string> = text('http://$IP:15020/stats/prometheus', (value) =>
  /^https?:\/\/[^\s/]\S*$/.test(value)
    ? undefined
    : ['is not an http or https address', 'write the address as http://<host>:<port>/<path>'],
);

/** An address to listen on. */
export const address: Kind<string> = text('0.0.0.0:4317', (value) => {
  const port = /^[^\s/]*:(\d{1,5})$/.exec(value)?.[1];
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535
    ? undefined
    : [`is ${JSON.stringify(value)}, not an address`, 'write <host>:<port>, such as 0.0.0.0:4317'];
});

/** Tags are written as `key=value` lists in places, where a comma or an equals sign would cut them in two. */
export const tags: Kind<Readonly<Record<string, string>>> = map(
  { schema: z.string(), render: same, example: '"bookinfo"' },
  (key) =>
    /^[A-Za-z_][\w.-]*$/.test(key)
      ? undefined
      : [`is ${JSON.stringify(key)}, not a tag`, 'use letters, digits, _, . and -, a letter first'],
);

/**
 * Headers of a scrape. One with a credential is refused: the file is a ConfigMap, which more people may read than a
 * Secret, and which ends in the state file in plain text.
 */
export const headers: Kind<Readonly<Record<string, string>>> = map(
  text('application/openmetrics-text'),
  (key) =>
    /^(authorization|proxy-authorization|cookie|x-api-key)$/i.test(key)
      ? [
          'holds a credential in plain text',
          'put it into a file of DataKit and name that, as bearer token file',
        ]
      : /^[A-Za-z0-9-]+$/.test(key)
        ? undefined
        : [`is ${JSON.stringify(key)}, not a header`, 'write a header name such as X-Scope'],
);

/** A label's key. The empty text is DataKit's way to say "every label". */
export const label: Kind<string> = {
  schema: rule(z.string(), (value) =>
    /^([a-z0-9.-]+\/)?([A-Za-z0-9]([\w.-]*[A-Za-z0-9])?)?$/.test(value)
      ? undefined
      : [`is ${JSON.stringify(value)}, not the key of a label`, 'write a key such as app'],
  ),
  render: same,
  example: '"app"',
};
