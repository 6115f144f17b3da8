import { outputMode, wantsColour, wantsUnicode } from '../../../../release/terminal/mode';

describe('how output is shown', () => {
  const terminal = { env: { TERM: 'xterm-256color' }, isTerminal: true };
  it.each([
    ['a person at a terminal', {}, terminal, 'live'],
    ['a pipe', {}, { ...terminal, isTerminal: false }, 'plain'],
    ['a pipeline that gives a terminal', {}, { env: { CI: 'true' }, isTerminal: true }, 'plain'],
    ['a dumb terminal', {}, { env: { TERM: 'dumb' }, isTerminal: true }, 'plain'],
    ['several stacks at once', { plain: true }, terminal, 'plain'],
    ['a program', { json: true }, terminal, 'json'],
    ['nobody', { quiet: true }, terminal, 'quiet'],
  ] as const)('to %s', (_, wish, place, mode) => {
    expect(outputMode(wish, place)).toBe(mode);
  });

  it.each([
    ['a terminal', {}, terminal, true],
    ['a pipe', {}, { ...terminal, isTerminal: false }, false],
    ['NO_COLOR', {}, { env: { NO_COLOR: '1' }, isTerminal: true }, false],
    ['an empty NO_COLOR', {}, { env: { NO_COLOR: '' }, isTerminal: true }, true],
    [
      '--no-color against FORCE_COLOR',
      { color: false },
      { env: { FORCE_COLOR: '1' }, isTerminal: true },
      false,
    ],
    ['FORCE_COLOR at a pipe', {}, { env: { FORCE_COLOR: '1' }, isTerminal: false }, true],
    ['FORCE_COLOR=0', {}, { env: { FORCE_COLOR: '0' }, isTerminal: true }, false],
    ['JSON', { json: true }, terminal, false],
  ] as const)('colours with %s', (_, wish, place, wanted) => {
    expect(wantsColour(wish, place)).toBe(wanted);
  });

  it('uses signs beyond ASCII where nothing speaks against it', () => {
    expect(wantsUnicode({})).toBe(true);
    expect(wantsUnicode({ LANG: 'de_DE.UTF-8' })).toBe(true);
    expect(wantsUnicode({ LANG: 'de_DE.UTF-8', LC_ALL: 'C' })).toBe(false);
    expect(wantsUnicode({ TERM: 'linux' })).toBe(false);
  });
});
