import { CORE_SCHEMA, load, Type, type Schema } from 'js-yaml';
import { LineCounter, parseDocument } from 'yaml';
import { isMap } from '../model/json';

/** The booleans of YAML 1.1, which kubectl reads: `hostNetwork: yes` is true. */
const bool = new Type('tag:yaml.org,2002:bool', {
  kind: 'scalar',
  resolve: (text: unknown) =>
    typeof text === 'string' &&
    /^(y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/.test(text),
  construct: (text: string) => /^(y|yes|true|on)$/i.test(text),
});

/** Integers as YAML 1.1 has them: `0644` is octal. */
const int = new Type('tag:yaml.org,2002:int', {
  kind: 'scalar',
  resolve: (text: unknown) =>
    typeof text === 'string' && /^[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)$/.test(text),
  construct: (text: string) => {
    const plain = text.replaceAll('_', '');
    const sign = plain.startsWith('-') ? -1 : 1;
    const digits = plain.replace(/^[-+]/, '');
    return sign * Number(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  },
});

const merge = new Type('tag:yaml.org,2002:merge', {
  kind: 'scalar',
  resolve: (text: unknown) => text === '<<',
});

const binary = new Type('tag:yaml.org,2002:binary', {
  kind: 'scalar',
  construct: (text: string) => Buffer.from(text, 'base64').toString('utf8'),
});

/**
 * What kubectl reads: YAML 1.1 (sigs.k8s.io/yaml on go-yaml v2) with its booleans, octal numbers and merge keys. Dates
 * stay texts, as there.
 */
const kubectl: Schema = CORE_SCHEMA.extend({ implicit: [bool, int, merge], explicit: [binary] });

/** Values that one document may unfold to through aliases. No object that fits etcd's 1.5 MiB comes near. */
const MOST_VALUES = 1_000_000;

/** Why a document is not read; never holds text of the document, which may be secret. */
export class UnreadableYaml extends Error {
  constructor(
    readonly problem: string,
    readonly remedy: string,
  ) {
    super(problem);
  }
}

/** How many values a document unfolds to; throws where it holds itself. Shared parts are counted once and multiplied. */
function unfolded(value: unknown, known: Map<unknown, number>, open: Set<unknown>): number {
  if (typeof value !== 'object' || value === null) return 1;
  const held = known.get(value);
  if (held !== undefined) return held;
  if (open.has(value))
    throw new UnreadableYaml(
      'has aliases that cannot be followed: one stands in what it names',
      ALIAS_REMEDY,
    );
  open.add(value);
  const sum = Object.values(value).reduce<number>((total, entry) => total + unfolded(entry, known, open), 1);
  open.delete(value);
  known.set(value, sum);
  return sum;
}

const ALIAS_REMEDY = 'write the values themselves in their place';

function bounded(value: unknown): unknown {
  if (unfolded(value, new Map(), new Set()) > MOST_VALUES)
    throw new UnreadableYaml(
      'has aliases that cannot be followed: they unfold to too many values',
      ALIAS_REMEDY,
    );
  return value;
}

/** What js-yaml refuses and kubectl may take, such as a long quoted text whose lines are not indented. */
function leniently(text: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    ...{ version: '1.1', merge: true, strict: false, uniqueKeys: false, logLevel: 'error' },
    lineCounter: lines,
  } as const);
  const [error] = document.errors;
  if (error !== undefined)
    // The parser's own message quotes the line, which may hold a secret.
    throw new UnreadableYaml(
      `is not YAML at line ${lines.linePos(error.pos[0]).line} (${error.code})`,
      'correct the document',
    );
  try {
    return document.toJS({ maxAliasCount: -1 });
  } catch {
    throw new UnreadableYaml('has aliases that cannot be followed', ALIAS_REMEDY);
  }
}

/**
 * Reads one document as kubectl reads it; of a key that stands twice the last value holds.
 *
 * @throws UnreadableYaml
 */
export function readYaml(text: string): unknown {
  const trimmed = text.trimStart();
  if (trimmed.startsWith('{')) {
    try {
      return JSON.parse(text);
    } catch {
      // YAML in flow style.
    }
  }
  let value: unknown;
  try {
    value = load(text, { schema: kubectl, json: true });
  } catch {
    value = leniently(text);
  }
  return bounded(value);
}

/** A document of a stream, with the line at which its text begins. */
export interface DocumentText {
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** The documents of a stream: a line that begins with `---` or `...` ends one, wherever it stands. */
export function documentTexts(stream: string): readonly DocumentText[] {
  const documents: DocumentText[] = [];
  let begin = 0;
  let line = 1;
  const mark = /^(?:---(?=[ \t\r\n]|$)|\.\.\.[ \t]*\r?$)/gm;
  const cut = (end: number) => {
    const text = stream.slice(begin, end);
    // A directive (%YAML 1.1) says nothing that is not known already.
    documents.push({ text: text.trimStart().startsWith('%') ? text.replace(/%.*/, '') : text, line });
    line += text.split('\n').length - 1;
  };
  for (let found = mark.exec(stream); found !== null; found = mark.exec(stream)) {
    cut(found.index);
    begin = found.index + 3;
  }
  cut(stream.length);
  return documents;
}

/** Whether a document says anything. */
export const saysNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (isMap(value) && Object.keys(value).length === 0);
