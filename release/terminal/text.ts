import { stripVTControlCharacters } from 'node:util';

/**
 * Text of others, made safe to show: an image's name or a server's answer must not move the cursor, change the title or
 * pretend to be another line.
 */
export function plainText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]/g, '')
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim();
}

/** A wide character takes two cells: CJK, Hangul, full-width forms, emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const zero = /\p{Mark}/u;

const cellsOf = (character: string): number => (zero.test(character) ? 0 : wide.test(character) ? 2 : 1);

/** How many cells of a terminal a text takes; colours take none. */
export const widthOf = (text: string): number =>
  [...stripVTControlCharacters(text)].reduce((sum, character) => sum + cellsOf(character), 0);

/** The beginning of a text without colours that fits, marked where something was left out. */
export function shorten(text: string, cells: number, mark = '…'): string {
  if (widthOf(text) <= cells) return text;
  const room = cells - widthOf(mark);
  if (room < 0) return '';
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += cellsOf(character);
    if (used > room) break;
    kept += character;
  }
  return kept.trimEnd() + mark;
}

export const padEnd = (text: string, cells: number): string =>
  text + ' '.repeat(Math.max(0, cells - widthOf(text)));

export const padStart = (text: string, cells: number): string =>
  ' '.repeat(Math.max(0, cells - widthOf(text))) + text;

/** Breaks a text at spaces into lines that fit; a word that is longer than a line is broken where it must be. */
export function wrap(text: string, cells: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  const room = Math.max(8, cells);
  for (let word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > room) {
      lines.push(line);
      line = '';
    }
    while (widthOf(word) > room) {
      const part = shorten(word, room, '');
      lines.push(part);
      word = word.slice(part.length);
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** A text to the left and a short one to the right edge; the left one gives way. */
export function bothEnds(
  left: string,
  right: string,
  cells: number,
  colour: (left: string) => string = (text) => text,
): string {
  const room = cells - (right === '' ? 0 : widthOf(right) + 2);
  const shown = shorten(left, Math.max(1, room));
  return right === ''
    ? colour(shown)
    : `${colour(shown)}${' '.repeat(Math.max(2, cells - widthOf(shown) - widthOf(right)))}${right}`;
}
