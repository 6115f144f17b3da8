import Table from 'cli-table3';

/** Spaces between columns and no frame: at 80 columns a frame would cost a column of numbers. */
export function plainTable(alignments: ('left' | 'right')[]): Table.Table {
  const chars = Object.fromEntries(
    ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) => [
      [side, ''],
      [`${side}-mid`, ''],
      [`${side}-left`, ''],
      [`${side}-right`, ''],
    ]),
  ) as Partial<Record<Table.CharName, string>>;
  return new Table({
    chars: { ...chars, 'left-mid': '', 'mid-mid': '', 'right-mid': '', middle: ' ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: alignments,
  });
}

export function lines(table: Table.Table): string[] {
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

export function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
