/** One sample of Prometheus' text format. */
export interface TextSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export type MetricKind = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

/** A family: the samples below one `# TYPE` line. */
export interface Family {
  readonly name: string;
  readonly kind: MetricKind;
  readonly samples: readonly TextSample[];
}

/** A line that is none of the format's: then the text is something else. */
export class NotExposition extends Error {
  constructor(line: string) {
    super(`no line of Prometheus' text format: ${JSON.stringify(line.slice(0, 120))}`);
    this.name = 'NotExposition';
  }
}

const kinds: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']);
const escapes: Readonly<Record<string, string>> = { n: '\n', '\\': '\\', '"': '"' };

const isNameCode = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 58) || code === 95;
const isSpace = (code: number): boolean => code === 32 || code === 9;

/** Where a name that begins at `start` ends. */
function nameEnd(line: string, start: number): number {
  let at = start;
  while (at < line.length && isNameCode(line.charCodeAt(at))) at += 1;
  return at;
}

function spaceEnd(line: string, start: number): number {
  let at = start;
  while (at < line.length && isSpace(line.charCodeAt(at))) at += 1;
  return at;
}

/** A quoted text that begins at `start`, and where it ends; undefined where the closing quote is missing. */
function quotedAt(line: string, start: number): { readonly text: string; readonly end: number } | undefined {
  let text = '';
  let from = start + 1;
  for (let at = from; at < line.length; at += 1) {
    const character = line[at];
    if (character === '"') return { text: text + line.slice(from, at), end: at + 1 };
    if (character !== '\\') continue;
    const next = line[at + 1] ?? '';
    text += line.slice(from, at) + (escapes[next] ?? `\\${next}`);
    at += 1;
    from = at + 1;
  }
  return undefined;
}

interface Braces {
  readonly labels: Record<string, string>;
  /** A name that is no plain one is in the braces, in quotes (UTF-8 names of Prometheus 3). */
  readonly name?: string;
  readonly end: number;
}

/** What stands in braces from `start` on, one place after another: in time that grows with the line's length alone. */
function bracesAt(line: string, start: number): Braces | undefined {
  const labels: Record<string, string> = {};
  let name: string | undefined;
  let at = spaceEnd(line, start + 1);
  while (at < line.length && line[at] !== '}') {
    const isQuoted = line[at] === '"';
    const quoted = isQuoted ? quotedAt(line, at) : undefined;
    const end = isQuoted ? quoted?.end : nameEnd(line, at);
    if (end === undefined || end === at) return undefined;
    const key = quoted?.text ?? line.slice(at, end);
    at = spaceEnd(line, end);
    if (line[at] === '=') {
      at = spaceEnd(line, at + 1);
      const value = line[at] === '"' ? quotedAt(line, at) : undefined;
      if (value === undefined) return undefined;
      labels[key] = value.text;
      at = spaceEnd(line, value.end);
    } else if (isQuoted && name === undefined) name = key;
    else return undefined;
    if (line[at] === ',') at = spaceEnd(line, at + 1);
    else if (line[at] !== '}') return undefined;
  }
  return line[at] === '}' ? { labels, name, end: at + 1 } : undefined;
}

function numberOf(text: string): number | undefined {
  if (text === 'NaN') return NaN;
  if (/^[+-]?Inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  const value = text === '' ? NaN : Number(text);
  return Number.isNaN(value) ? undefined : value;
}

/** The value behind name and labels, where nothing but a time follows. */
function valueAt(line: string, start: number): number | undefined {
  const begin = spaceEnd(line, start);
  if (begin === start) return undefined;
  let end = begin;
  while (end < line.length && !isSpace(line.charCodeAt(end))) end += 1;
  const time = line.slice(spaceEnd(line, end));
  return time === '' || Number.isInteger(Number(time)) ? numberOf(line.slice(begin, end)) : undefined;
}

function sampleOf(line: string, plainEnd: number): TextSample | undefined {
  const start = spaceEnd(line, plainEnd);
  const braces = line[start] === '{' ? bracesAt(line, start) : undefined;
  if (line[start] === '{' && braces === undefined) return undefined;
  const name = plainEnd > 0 ? line.slice(0, plainEnd) : braces?.name;
  const value = valueAt(line, braces?.end ?? plainEnd);
  if (name === undefined || name === '' || /^\d/.test(name) || value === undefined) return undefined;
  return { name, labels: braces?.labels ?? {}, value };
}

/** Lines without the blank ones. A line is cut out only while it is looked at, so that a large text is not there twice. */
function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end).trim();
    if (line !== '') yield line;
    start = end + 1;
  }
}

/**
 * Reads the samples of Prometheus' text exposition format (0.0.4, and 1.0.0 with its quoted names), one after another. The
 * packages on offer read into whole families, or are not kept any more.
 * @param wanted Names to read; lines of others are passed over, which is most of what an Envoy says.
 * @throws NotExposition with the first line that is none of the format's
 */
export function* samplesOf(
  text: string,
  wanted: (name: string) => boolean = () => true,
): Generator<TextSample> {
  for (const line of linesOf(text)) {
    if (line.startsWith('#')) continue;
    const end = nameEnd(line, 0);
    if (end > 0 && end < line.length && !wanted(line.slice(0, end))) continue;
    const sample = sampleOf(line, end);
    if (sample === undefined) throw new NotExposition(line);
    if (end > 0 || wanted(sample.name)) yield sample;
  }
}

/** Whether a metric belongs to a family: histograms and summaries give their lines names of their own. */
function belongs(name: string, family: string, kind: MetricKind): boolean {
  if (!name.startsWith(family)) return false;
  const rest = name.slice(family.length);
  if (rest === '') return kind !== 'histogram';
  if (kind === 'histogram') return rest === '_bucket' || rest === '_sum' || rest === '_count';
  return kind === 'summary' && (rest === '_sum' || rest === '_count');
}

/**
 * Reads whole families with their kinds; those that `keep` refuses are passed over.
 * @throws NotExposition with the first line that is none of the format's
 */
export function parseExposition(
  text: string,
  keep: (family: string, kind: MetricKind) => boolean = () => true,
): Family[] {
  const families: { name: string; kind: MetricKind; samples: TextSample[] }[] = [];
  let current: { name: string; kind: MetricKind; samples: TextSample[]; kept: boolean } | undefined;
  const begin = (name: string, kind: MetricKind): NonNullable<typeof current> => {
    const family = { name, kind, samples: [] as TextSample[] };
    const kept = keep(name, kind);
    if (kept) families.push(family);
    return { ...family, kept };
  };
  for (const line of linesOf(text)) {
    if (line.startsWith('#')) {
      const [, word, name, kind] = line.split(/\s+/, 4);
      if (word === 'TYPE' && name)
        current = begin(name, kinds.has(kind ?? '') ? (kind as MetricKind) : 'untyped');
      continue;
    }
    const end = nameEnd(line, 0);
    const plain = line.slice(0, end);
    if (current?.kept === false && end > 0 && belongs(plain, current.name, current.kind)) continue;
    const sample = sampleOf(line, end);
    if (sample === undefined) throw new NotExposition(line);
    if (current === undefined || !belongs(sample.name, current.name, current.kind))
      current = begin(sample.name, 'untyped');
    if (current.kept) current.samples.push(sample);
  }
  return families;
}
