import type { WriteStream } from 'node:tty';
import { widthOf } from './text';

/** What is drawn on. */
export interface Screen {
  readonly write: (text: string) => void;
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** How many rows lines take now; a terminal that was made narrower has broken them. */
  readonly rowsOf: (lines: readonly string[]) => number;
}

/** Where the terminal does not tell. */
const USUAL = { columns: 80, rows: 24 };
/** Below this a table is no table; a terminal that claims less, some claim 0, is drawn on as if it had this. */
const NARROWEST = 40;

/** @param size Asked at every frame: a terminal can be resized. */
export function screenOf(
  write: (text: string) => void,
  size: () => Partial<Pick<WriteStream, 'columns' | 'rows'>>,
): Screen {
  const columnsOf = () => size().columns || USUAL.columns;
  return {
    write,
    size: () => ({
      columns: Math.max(NARROWEST, columnsOf()),
      rows: Math.max(4, size().rows || USUAL.rows),
    }),
    rowsOf: (lines) =>
      lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columnsOf())), 0),
  };
}
