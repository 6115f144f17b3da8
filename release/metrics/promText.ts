/** One line of Prometheus' text format. */
export interface TextSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const lineForm = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const labelForm = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"\s*(?:,|$)\s*/y;

function labelsOf(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  labelForm.lastIndex = 0;
  while (labelForm.lastIndex < text.length) {
    const match = labelForm.exec(text);
    if (match === null) return undefined;
    labels[match[1]!] = match[2]!.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
  }
  return labels;
}

function numberOf(text: string): number {
  if (/^[+-]?Inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
}

/**
 * Reads Prometheus' text exposition format; comments and empty lines are skipped.
 * @returns undefined when a line is none of the format's: then the text is something else
 */
export function parsePromText(text: string): TextSample[] | undefined {
  const samples: TextSample[] = [];
  for (const row of text.split('\n')) {
    const line = row.trim();
    if (line === '' || line.startsWith('#')) continue;
    const match = lineForm.exec(line);
    const labels = match === null ? undefined : labelsOf(match[2] ?? '');
    if (match === null || labels === undefined) return undefined;
    samples.push({ name: match[1]!, labels, value: numberOf(match[3]!) });
  }
  return samples;
}
