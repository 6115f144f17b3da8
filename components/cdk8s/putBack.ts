import { isJson } from './manifest';
import { hasMark, isAccident, isDeferred, OutputText, splitMarks, type Deferred } from './outputs';

/** Told of a value that cannot be taken back: where it stands, what is wrong, what to do. */
export type Complain = (field: string, problem: string, remedy: string) => void;

const useAsString = 'put asString(output) there, or make the whole text an Output by pulumi.interpolate';

/** Puts Outputs where their marks stand. */
export class PutBack {
  /** The Outputs that were found again. */
  readonly found = new Set<Deferred>();

  constructor(private readonly complain: Complain) {}

  value(value: unknown, field: string): unknown {
    if (typeof value === 'string') return this.text(value, field);
    if (Array.isArray(value)) return value.map((item, i) => this.value(item, `${field}[${i}]`));
    if (!isJson(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const at = field === '' ? key : `${field}.${key}`;
        if (isAccident(key) || hasMark(key)) {
          this.complain(
            field,
            'has a key that is an Output',
            'only values can be Outputs: make the whole map one',
          );
          return [key, undefined];
        }
        return [key, this.value(item, at)];
      }),
    );
  }

  /** The `data` of a Secret, where a chart may have encoded a text with a mark in it. */
  encoded(data: unknown, field: string): unknown {
    if (!isJson(data)) return data;
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => {
        if (typeof value !== 'string') return [key, value];
        const decoded = Buffer.from(value, 'base64');
        if (!hasMark(decoded.toString('latin1'))) return [key, value];
        const text = this.text(decoded.toString('utf8'), `${field}.${key}`);
        if (text instanceof OutputText) return [key, new OutputText(text.parts, 'base64')];
        return [key, isDeferred(text) ? new OutputText([text], 'base64') : text];
      }),
    );
  }

  private text(text: string, field: string): unknown {
    if (isAccident(text)) {
      this.complain(field, 'is a text made of an Output, which loses its value', useAsString);
      return undefined;
    }
    if (!hasMark(text)) return text;
    const parts = splitMarks(text);
    if (parts === undefined) {
      const problem = 'holds an Output that the construct changed on its way, so it cannot be put back';
      this.complain(field, problem, 'compute with output.apply() and give the construct the result');
      return undefined;
    }
    for (const part of parts) if (typeof part !== 'string') this.found.add(part);
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : new OutputText(parts);
  }
}
