import { describeLock, type LockRecord } from '../../../../release/lock';
import { doctorText } from '../../../../release/commands/doctor';
import type { BareEvent } from '../../../../release/events';
import { ReleaseError } from '../../../../release/exitCodes';
import { endingOfError, presenter, styleOf, type Sink } from '../../../../release/terminal';
import { at } from './events';

/** What a cluster, a lock or a server may send: it clears the screen, sets the title, goes up a line, and writes over it. */
const attacks = [
  '\u001b[2J\u001b[H',
  '\u001b]0;title\u0007',
  '\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007',
  '\u001b[1A\r',
  '\u009b2J',
  '\u0090q\u009c',
  '\r',
  '\b\b\b',
  '\u0007',
  '\u202e',
  '\u2066',
  '\u200b',
  '\ufeff',
] as const;
const hostile = `before ${attacks.join('|')} after`;

/** What a terminal acts on; a line's end is ours. */
// eslint-disable-next-line no-control-regex
const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

const record: LockRecord = {
  schema: 1,
  id: '1',
  stack: hostile,
  operation: hostile,
  owner: hostile,
  host: hostile,
  pid: 7,
  takenAt: '2026-11-21T12:00:00Z',
};

const events: readonly BareEvent[] = [
  { kind: 'note', text: hostile },
  { kind: 'note', level: 'warning', text: describeLock(record) },
  { kind: 'phase', phase: 'lock', state: 'started', detail: hostile },
  { kind: 'phase', phase: 'lock', state: 'failed', detail: hostile },
  { kind: 'diagnostic', severity: 'error', text: hostile, policy: hostile, urn: `urn::${hostile}` },
  { kind: 'diagnostic', severity: 'warning', text: hostile },
  { kind: 'moved', service: hostile, from: hostile, to: hostile, weight: 10 },
  {
    kind: 'resource',
    phase: 'up',
    ...{ urn: hostile, type: hostile, name: hostile },
    op: 'update',
    state: 'failed',
  },
];

function shown(wish: Parameters<typeof presenter>[0], isTTY = false): string {
  let written = '';
  const sink: Sink = {
    ...{ isTTY, columns: 80, rows: 24 },
    write: (text: unknown) => {
      written += String(text);
      return true;
    },
  };
  const screen = presenter(wish, {
    out: sink,
    error: sink,
    env: { NO_COLOR: '1', TERM: isTTY ? 'xterm' : 'dumb' },
  });
  events.forEach((event) => screen.tell(at(0, event)));
  screen.say(hostile);
  screen.end(endingOfError(new ReleaseError('locked', `held: ${describeLock(record)}`, hostile), [hostile]));
  return written;
}

it.each([
  ['lines', { plain: true }],
  ['JSON', { json: true }],
  ['the outcome alone', { quiet: true }],
])('what comes of a cluster, a lock or a server is text in %s', (_, wish) => {
  const text = shown(wish);
  expect(text).toContain('before');
  expect(text).not.toMatch(acting);
});

it('is text in a view that moves, which has only the sequences of its own', () => {
  // The cursor up, away and back, to the beginning of the line, and what is below it cleared: as live.ts writes them.
  // eslint-disable-next-line no-control-regex
  const own = /\u001b\[(\d+A\r\u001b\[0J|\?25[lh])/g;
  expect(shown({}, true).replace(own, '')).not.toMatch(acting);
});

it('is text in what doctor says', () => {
  const style = styleOf({ colour: false, unicode: true });
  const finding = { about: 'lock', state: 'bad', detail: describeLock(record), remedy: hostile } as const;
  expect(doctorText([finding], { style, width: 80 })).not.toMatch(acting);
});

it('a lock of any length is a line', () => {
  expect(describeLock({ ...record, owner: 'x'.repeat(100_000) }).length).toBeLessThan(1_200);
});
