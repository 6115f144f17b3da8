import fc from 'fast-check';
import pc from 'picocolors';
import { bothEnds, plainText, shorten, widthOf, wrap } from '../../../../release/terminal';

describe('text on a terminal', () => {
  it.each([
    ['\u001b[2Jgone\u001b[31m red', 'gone red'],
    ['a\rb\nc\u0007', 'a b c'],
    ['\u001b]0;title\u0007text', 'text'],
    ['abc\u202edef', 'abcdef'],
  ])('takes the power out of %j', (given, shown) => {
    expect(plainText(given)).toBe(shown);
  });

  it('counts cells, not characters', () => {
    const { red } = pc.createColors(true);
    expect([widthOf('abc'), widthOf(red('abc')), widthOf('版本'), widthOf('e\u0301')]).toEqual([3, 3, 4, 1]);
  });

  it('shortens with a mark, and never beyond what fits', () => {
    expect(shorten('reviews-v2', 8)).toBe('reviews…');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, cells) => {
        expect(widthOf(shorten(plainText(text), cells))).toBeLessThanOrEqual(cells);
      }),
    );
  });

  it('wraps without losing a word, and breaks one that is too long', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,30}$/)),
        fc.integer({ min: 8, max: 40 }),
        (words, cells) => {
          const lines = wrap(words.join(' '), cells);
          expect(lines.every((line) => widthOf(line) <= cells)).toBe(true);
          expect(lines.join('').replaceAll(' ', '')).toBe(words.join(''));
        },
      ),
    );
  });

  it('keeps what is to the right in its place', () => {
    expect(bothEnds('a long text to the left', '1.2 s', 20)).toBe('a long text…   1.2 s');
    expect(widthOf(bothEnds('short', '1.2 s', 20))).toBe(20);
  });
});
