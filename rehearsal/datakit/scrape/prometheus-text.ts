/** One line of an exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export type MetricKind = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

/** A family: the samples below one `# TYPE` line. */
export interface Family {
  readonly name: string;
  readonly kind: MetricKind;
  readonly samples: readonly Sample[];
}

const kinds: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']);

const escapes: Readonly<Record<string, string>> = { n: '\n', '\\': '\\', '"': '"' };
const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\(.)/g, (whole, character: string) => escapes[character] ?? whole)
    : text;

const labelPattern = /\s*([A-Za-z_][\w:]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?/y;
const linePattern = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;

function labelsOf(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  labelPattern.lastIndex = 0;
  while (labelPattern.lastIndex < text.trimEnd().length) {
    const match = labelPattern.exec(text);
    if (!match) return undefined;
    labels[match[1] ?? ''] = unescaped(match[2] ?? '');
  }
  return labels;
}

const numbers: Readonly<Record<string, number>> = {
  '+Inf': Infinity,
  Inf: Infinity,
  '-Inf': -Infinity,
  NaN: NaN,
};

function sampleOf(line: string): Sample | undefined {
  const match = linePattern.exec(line);
  if (!match) return undefined;
  const [, name = '', labelText, number = ''] = match;
  const value = numbers[number] ?? Number(number);
  const labels = labelText === undefined ? {} : labelsOf(labelText);
  if (!labels || (Number.isNaN(value) && number !== 'NaN')) return undefined;
  return { name, labels, value };
}

/** Whether a line's metric belongs to a family: histograms and summaries give their lines names of their own. */
function belongs(line: string, family: string, kind: MetricKind): boolean {
  if (!line.startsWith(family)) return false;
  const rest = /^[\w:]*/.exec(line.slice(family.length))?.[0] ?? '';
  if (rest === '') return kind !== 'histogram';
  if (kind === 'histogram') return rest === '_bucket' || rest === '_sum' || rest === '_count';
  return kind === 'summary' && (rest === '_sum' || rest === '_count');
}

/**
 * Reads Prometheus' text format (version 0.0.4). What no typed package on offer does, in one pass over lines; families that
 * `keep` refuses are not parsed, which is most of what an Envoy says.
 * @throws naming the first line that is none of the format
 */
export function parseExposition(
  text: string,
  keep: (family: string, kind: MetricKind) => boolean = () => true,
): Family[] {
  const families: { name: string; kind: MetricKind; samples: Sample[] }[] = [];
  let current: { name: string; kind: MetricKind; samples: Sample[]; kept: boolean } | undefined;
  const begin = (name: string, kind: MetricKind): NonNullable<typeof current> => {
    const kept = keep(name, kind);
    const family = { name, kind, samples: [] as Sample[], kept };
    if (kept) families.push(family);
    return family;
  };
  for (const line of text.split('\n')) {
    if (line === '' || line === '\r') continue;
    if (line.startsWith('#')) {
      const [, word, name, kind] = line.trim().split(/\s+/);
      if (word === 'TYPE' && name)
        current = begin(name, kinds.has(kind ?? '') ? (kind as MetricKind) : 'untyped');
      continue;
    }
    if (current && !current.kept && belongs(line, current.name, current.kind)) continue;
    const sample = sampleOf(line.trim());
    if (!sample) throw new Error(`no line of Prometheus' text format: ${line.slice(0, 120)}`);
    if (!current || !belongs(line, current.name, current.kind)) current = begin(sample.name, 'untyped');
    if (current.kept) current.samples.push(sample);
  }
  return families.map(({ name, kind, samples }) => ({ name, kind, samples }));
}
