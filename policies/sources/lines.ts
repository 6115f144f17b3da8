import { isCollection, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';

/** The segments of a field path such as `spec.http[0].route` or `data["a.b"]`. */
export function segmentsOf(field: string): readonly string[] {
  return [...field.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, plain]) => quoted ?? index ?? plain!,
  );
}

const indentOf = (line: string): number => line.length - line.trimStart().length;
const isText = (line: string): boolean => /^\s*[^\s#]/.test(line);

/** A position in block style: the lines of a node, and the column at which its keys or dashes stand. */
interface Block {
  readonly first: number;
  readonly end: number;
  readonly indent: number;
}

/** What this reader of indentation does not see through: the real parser is asked instead. */
class NotBlock extends Error {}

function endOf(lines: readonly string[], from: number, end: number, indent: number, dashes: boolean): number {
  let next = from;
  while (next < end) {
    const line = lines[next]!;
    if (isText(line)) {
      const at = indentOf(line);
      // A list may stand at the column of its key.
      if (at < indent || (at === indent && !(dashes && /^\s*-(\s|$)/.test(line)))) break;
    }
    next++;
  }
  return next;
}

/** The block under a key or dash at `line`; `rest` is what follows it on the same line. */
function under(
  lines: readonly string[],
  line: number,
  end: number,
  indent: number,
  rest: string,
): Block | undefined {
  if (/^[[{&*!|>]/.test(rest.trim())) throw new NotBlock();
  const stop = endOf(lines, line + 1, end, indent, true);
  for (let first = line + 1; first < stop; first++) {
    if (isText(lines[first]!)) return { first, end: stop, indent: indentOf(lines[first]!) };
  }
  return undefined;
}

const keyOf = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s:#][^:#]*?)\s*:(\s.*)?$/;

function findKey(
  lines: readonly string[],
  block: Block,
  key: string,
): { line: number; rest: string } | undefined {
  let found: { line: number; rest: string } | undefined;
  for (let line = block.first; line < block.end; line++) {
    const raw = lines[line]!;
    if (!isText(raw)) continue;
    // The first key of a list's entry stands behind its dash.
    const text = line === block.first ? raw.slice(block.indent) : raw;
    if (line !== block.first && indentOf(raw) !== block.indent) continue;
    const [, name, rest = ''] = keyOf.exec(text.trim()) ?? [];
    if (name === '<<') throw new NotBlock();
    if (name !== undefined && name.replace(/^(["'])(.*)\1$/, '$2') === key) found = { line, rest };
  }
  return found;
}

function findEntry(lines: readonly string[], block: Block, index: number): Block | undefined {
  let place = -1;
  for (let line = block.first; line < block.end; line++) {
    const raw = lines[line]!;
    if (!isText(raw)) continue;
    const text = line === block.first ? raw.slice(block.indent) : raw.trimStart();
    if ((line !== block.first && indentOf(raw) !== block.indent) || !/^-(\s|$)/.test(text)) continue;
    place++;
    if (place !== index) continue;
    const end = endOf(lines, line + 1, block.end, block.indent, false);
    const inner = text.slice(1);
    if (inner.trim() === '' || inner.trim().startsWith('#')) {
      const below = under(lines, line, end, block.indent, '');
      return below ?? { first: line, end, indent: block.indent + 1 };
    }
    return { first: line, end, indent: block.indent + 1 + (inner.length - inner.trimStart().length) };
  }
  return undefined;
}

/** The line of a place in a document in block style, from 0; that of the nearest place above where it is missing. */
function blockLine(lines: readonly string[], path: readonly string[], begin: number): number {
  let block: Block | undefined = { first: begin, end: lines.length, indent: indentOf(lines[begin] ?? '') };
  let line = begin;
  for (const segment of path) {
    if (block === undefined) return line;
    const head: string = lines[block.first]!.slice(block.indent).trimStart();
    if (/^[[{&*!]/.test(head)) throw new NotBlock();
    if (/^-(\s|$)/.test(head)) {
      if (!/^\d+$/.test(segment)) return line;
      const entry = findEntry(lines, block, Number(segment));
      if (entry === undefined) return line;
      line = entry.first;
      block = entry;
    } else {
      const key = findKey(lines, block, segment);
      if (key === undefined) return line;
      line = key.line;
      block = under(lines, key.line, block.end, block.indent, key.rest.replace(/\s#.*$/, ''));
    }
  }
  return line;
}

/** The same by the real parser: slower, and for every style. */
function parsedLine(text: string): (path: readonly string[]) => number {
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    uniqueKeys: false,
    strict: false,
    logLevel: 'error',
  });
  const lineOf = (node: unknown, fallback: number): number => {
    const range = (node as Node | null | undefined)?.range;
    return range ? counter.linePos(range[0]).line - 1 : fallback;
  };
  return (path) => {
    let node: unknown = document.contents;
    let line = lineOf(node, 0);
    for (const segment of path) {
      if (isMap(node)) {
        const pair = node.items.findLast(
          (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === segment,
        );
        if (pair === undefined) return line;
        line = lineOf(pair.key, line);
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(segment)];
        if (node === undefined) return line;
        line = lineOf(node, line);
      } else return line;
      if (!isCollection(node)) return line;
    }
    return line;
  };
}

/**
 * Finds the lines of fields in one document.
 *
 * @param text The document.
 * @param first The line of the stream at which it begins, from 1.
 */
export function lineFinder(text: string, first: number): (path: readonly string[]) => number {
  let lines: readonly string[] | undefined;
  let parsed: ((path: readonly string[]) => number) | undefined;
  let begin = 0;
  return (path) => {
    if (lines === undefined) {
      lines = text.split('\n');
      // What follows `---` on its own line is a comment or the beginning of flow style.
      begin = Math.max(0, lines.findIndex(isText));
    }
    if (parsed === undefined) {
      try {
        return first + blockLine(lines, path, begin);
      } catch (error) {
        if (!(error instanceof NotBlock)) throw error;
        parsed = parsedLine(text);
      }
    }
    return first + parsed(path);
  };
}
