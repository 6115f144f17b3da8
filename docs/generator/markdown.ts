/** Says where a page comes from; below the title, so that whoever edits it sees it. */
const madeBy = (from: string): string =>
  `<!-- Made by \`npm run docs\` from ${from}; change that instead. -->`;

/** A text in a cell of a table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();

export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

/** A page of blocks of lines. Tables are as wide as their texts, which a formatter would pad. */
export function page(title: string, from: string, blocks: readonly (readonly string[])[]): string {
  return [
    `# ${title}`,
    '',
    madeBy(from),
    '',
    '<!-- prettier-ignore-start -->',
    ...blocks.flat(),
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}
