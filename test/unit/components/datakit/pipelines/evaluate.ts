/**
 * Runs a pipeline's script without DataKit: reads the text of the script, not the data it was rendered from, and
 * translates grok patterns to JavaScript's expressions.
 */

/** The standard patterns the scripts use, as DataKit defines them. */
const standard: Readonly<Record<string, string>> = {
  USERNAME: '[a-zA-Z0-9._-]+',
  INT: '(?:[+-]?(?:[0-9]+))',
  NOTSPACE: '\\S+',
  DATA: '.*?',
  YEAR: '(\\d\\d){1,2}',
  MONTHNUM: '(?:0?[1-9]|1[0-2])',
  MONTHDAY: '(?:(?:0[1-9])|(?:[12][0-9])|(?:3[01])|[1-9])',
  HOUR: '(?:2[0123]|[01]?[0-9])',
  MINUTE: '(?:[0-5][0-9])',
  SECOND: '(?:(?:[0-5]?[0-9]|60)(?:[:.,][0-9]+)?)',
  ISO8601_TIMEZONE: '(?:Z|[+-]%{HOUR}(?::?%{MINUTE}))',
  TIMESTAMP_ISO8601:
    '%{YEAR}-%{MONTHNUM}-%{MONTHDAY}[T ]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?%{ISO8601_TIMEZONE}?',
  LOGLEVEL:
    '(?:[Aa]lert|ALERT|[Tt]race|TRACE|[Dd]ebug|DEBUG|[Nn]otice|NOTICE|[Ii]nfo|INFO|[Ww]arn?(?:ing)?|WARN?(?:ING)?' +
    '|[Ee]rr?(?:or)?|ERR?(?:OR)?|[Cc]rit?(?:ical)?|CRIT?(?:ICAL)?|[Ff]atal|FATAL|[Ss]evere|SEVERE|EMERG(?:ENCY)?' +
    '|[Ee]merg(?:ency)?)',
};

type Value = string | number | null;
type Argument = string | number | { readonly text: string } | readonly number[];

export interface Evaluated {
  /** Fields and tags, without the line itself. */
  readonly fields: Readonly<Record<string, Value>>;
  readonly tags: readonly string[];
}

interface Call {
  readonly name: string;
  readonly args: readonly Argument[];
}

interface Statement {
  readonly call: Call;
  readonly negated?: boolean;
  readonly then?: readonly Statement[];
  readonly otherwise?: readonly Statement[];
}

function readCall(source: string): Call {
  const match = /^(\w+)\((.*)\)$/s.exec(source);
  if (match === null) throw new Error(`not a call: ${source}`);
  const args = [...match[2]!.matchAll(/"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^,\s]+/g)].map(([token]): Argument => {
    if (token.startsWith('"')) return { text: JSON.parse(token) as string };
    if (token.startsWith('[')) return JSON.parse(token) as number[];
    return /^-?\d+$/.test(token) ? Number(token) : token;
  });
  return { name: match[1]!, args };
}

function readBlock(lines: string[]): Statement[] {
  const statements: Statement[] = [];
  while (lines.length > 0 && !lines[0]!.startsWith('}')) {
    const line = lines.shift()!;
    const condition = /^if (!?)(.*) \{$/s.exec(line);
    if (condition === null) {
      statements.push({ call: readCall(line) });
      continue;
    }
    const then = readBlock(lines);
    const otherwise = lines.shift() === '} else {' ? readBlock(lines) : undefined;
    if (otherwise !== undefined) lines.shift();
    statements.push({
      call: readCall(condition[2]!),
      negated: condition[1] === '!',
      then,
      ...(otherwise === undefined ? {} : { otherwise }),
    });
  }
  return statements;
}

function toRegExp(pattern: string, known: ReadonlyMap<string, string>): [RegExp, Map<string, string>] {
  const types = new Map<string, string>();
  const expand = (source: string): string =>
    source.replace(
      /%\{(\w+)(?::(\w+)(?::(\w+))?)?\}/g,
      (_all, name: string, field?: string, type?: string) => {
        const definition = known.get(name);
        if (definition === undefined) throw new Error(`no pattern ${name}`);
        if (field !== undefined) types.set(field, type ?? 'str');
        return field === undefined ? `(?:${expand(definition)})` : `(?<${field}>${expand(definition)})`;
      },
    );
  return [new RegExp(expand(pattern)), types];
}

function jsonValue(text: string, path: string): unknown {
  try {
    return path
      .split('.')
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function evaluate(script: string, line: string): Evaluated {
  const fields = new Map<string, Value>([['message', line]]);
  const tags = new Set<string>();
  const patterns = new Map(Object.entries(standard));
  const keyOf = (argument: Argument | undefined) => (argument === '_' ? 'message' : (argument as string));
  const textOf = (argument: Argument | undefined) => (argument as { text: string }).text;

  function grok([input, pattern]: readonly Argument[]): boolean {
    const subject = fields.get(keyOf(input));
    if (subject === undefined || subject === null) return false;
    const [expression, types] = toRegExp(textOf(pattern), patterns);
    const match = expression.exec(String(subject));
    if (match === null) return false;
    for (const [name, type] of types) {
      // DataKit sets a group that took no part to an empty text.
      const found = (match.groups?.[name] ?? '').trim();
      fields.set(name, type === 'int' ? Number(found) : found);
    }
    return true;
  }

  function run({ name, args }: Call): boolean {
    const [first, second, third, fourth] = args;
    const key = keyOf(first);
    switch (name) {
      case 'add_pattern':
        patterns.set(textOf(first), textOf(second));
        return true;
      case 'grok':
        return grok(args);
      case 'json': {
        const value = jsonValue(String(fields.get(key)), second as string);
        if (value !== undefined && value !== null) fields.set((third ?? second) as string, value as Value);
        return true;
      }
      case 'rename':
        if (fields.has(second as string)) {
          fields.set(key, fields.get(second as string)!);
          fields.delete(second as string);
        }
        return true;
      case 'set_tag':
        if (!fields.has(key)) fields.set(key, '');
        tags.add(key);
        return true;
      case 'cast':
        if (fields.has(key) && textOf(second) === 'int') fields.set(key, Math.trunc(Number(fields.get(key))));
        return true;
      case 'drop_key':
        fields.delete(key);
        return true;
      case 'group_between': {
        const value = fields.get(key);
        const [from, to] = second as readonly number[];
        if (typeof value === 'number' && value >= from! && value <= to!) {
          fields.set(fourth as string, textOf(third));
        }
        return true;
      }
      case 'default_time':
        if (fields.has(key)) fields.set(key, Date.parse(String(fields.get(key)).replace(' ', 'T')));
        return true;
      default:
        throw new Error(`no function ${name}`);
    }
  }

  const runAll = (statements: readonly Statement[]): void => {
    for (const { call, negated, then, otherwise } of statements) {
      const result = run(call) !== (negated ?? false);
      runAll((result ? then : otherwise) ?? []);
    }
  };
  runAll(
    readBlock(
      script
        .split('\n')
        .map((text) => text.trim())
        .filter((text) => text !== ''),
    ),
  );
  fields.delete('message');
  return { fields: Object.fromEntries(fields), tags: [...tags] };
}
