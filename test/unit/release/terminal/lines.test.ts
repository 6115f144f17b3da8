import { draw } from '../../../../release/terminal/draw';
import { lastingLines } from '../../../../release/terminal/lasting';
import { jsonLine, machineEvent } from '../../../../release/terminal/machine';
import { plainLines } from '../../../../release/terminal/plain';
import { styleOf, widthOf } from '../../../../release/terminal';
import { emptyView, follow } from '../../../../release/terminal/view';
import type { LookEvent, ReleaseEvent } from '../../../../release/events';
import { at, goodStep, look, START } from './events';

const style = styleOf({ colour: false, unicode: true });
const asLook = (event: ReleaseEvent) => event as LookEvent;

describe('what moves on a terminal', () => {
  const upTo = (seconds: number) =>
    goodStep.filter((event) => Date.parse(event.at) <= START + seconds * 1_000).reduce(follow, emptyView);
  const frame = (seconds: number, width = 80) =>
    draw(upTo(seconds), { now: START + seconds * 1_000, width, style });

  it('shows the phase under way with its resource and how long both have taken', () => {
    expect(frame(5.5).map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
      expect.stringMatching(/^\S update  10 to 25  1\.5 s$/),
      expect.stringMatching(/^\s+~  VirtualService reviews  0\.5 s$/),
    ]);
  });

  it('shows the bake with what each version has had, and counts down between looks', () => {
    const lines = frame(17);
    expect(lines[0]).toMatch(/bake +watches v2 at 25 % for 120 s; 58 s left +10\.0 s$/);
    expect(lines.slice(1, 4).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['version', 'requests', 'share', 'errors', 'p99', 'wanted'],
      ['v1', '3,249', '75 %', '0.031 %', '40 ms', '75 %'],
      ['v2', '1,083', '25 %', '0 %', '41.7 ms', '25 %'],
    ]);
    expect(lines.slice(4).map((line) => line.trim())).toEqual([
      'hold: evidence, sample',
      'open: latencyAgainstStable, too few slow answers to tell',
    ]);
  });

  it('shows nothing when nothing is under way', () => {
    expect(frame(128)).toEqual([]);
  });

  it.each([80, 100, 200])('fits into %i cells', (width) => {
    for (const seconds of [1, 3, 5.5, 11, 60, 126]) {
      for (const line of frame(seconds, width)) expect(widthOf(line)).toBeLessThanOrEqual(width);
    }
  });
});

describe('what stays on a terminal', () => {
  const lines = (event: ReleaseEvent, seen?: ReleaseEvent, width = 80) =>
    lastingLines(event, seen && asLook(seen), width, style);

  it('is a line for each phase, changed object and move, and what to know of', () => {
    const all = goodStep.flatMap((event) => lines(event));
    expect(all.map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
      '✔ lock  no other release is under way  0.1 s',
      '  ~  VirtualService reviews  0.2 s',
      '⚠ bookinfo/R27: reviews-v2 has one replica',
      '✔ preview  1 object to change  3.9 s',
      '  ~  VirtualService reviews  1.2 s',
      '✔ update  1 object changed  2.5 s',
      '* reviews 10 → 25: 25 % to the canary',
      '✔ bake  pass: every check holds  2 min 0 s',
    ]);
  });

  it('keeps the last table of a bake, and what condemned it', () => {
    const bad = look(20, { requests: 500, errors: 250, verdict: 'fail' });
    const end = at(20, {
      kind: 'phase',
      phase: 'bake',
      state: 'failed',
      detail: 'fail: errors',
      seconds: 13,
    });
    const shown = lines(end, bad);
    expect(shown[0]).toMatch(/^✖ bake +fail: errors +13\.0 s$/);
    expect(shown.join('\n')).toContain('failed: errorCeiling, 250 of 500 failed');
    expect(shown.join('\n')).toMatch(/v2 +500 +25 % +50 %/);
  });

  it('cannot be led astray by what it shows', () => {
    const note = at(0, { kind: 'note', level: 'warning', text: '\u001b[2J\u001b[1;1H✔ all is well\nreally' });
    expect(lines(note)).toEqual(['⚠ ✔ all is well really']);
  });

  it('fits into 80 cells, whatever is said', () => {
    const long = 'a very long sentence that somebody has written into a message '.repeat(5);
    const events: ReleaseEvent[] = [
      at(0, { kind: 'note', text: long }),
      at(0, { kind: 'diagnostic', severity: 'error', text: `${long}\n${'x'.repeat(300)}` }),
      at(0, { kind: 'phase', phase: 'drift', state: 'failed', detail: long, seconds: 3_700 }),
    ];
    for (const event of [...events, ...goodStep]) {
      for (const line of lines(event, look(1, { requests: 123_456_789 })))
        expect(widthOf(line)).toBeLessThanOrEqual(80);
    }
  });
});

describe('the lines of a log', () => {
  it('tell each thing once, with its time and stack', () => {
    const told = goodStep.flatMap(plainLines(style));
    expect(told).toEqual([
      '12:00:00 prod lock: takes the lock',
      '12:00:00 prod lock: done: no other release is under way (0.1 s)',
      '12:00:00 prod preview: 10 to 25, with the policies',
      '12:00:02 prod   ~  VirtualService reviews (0.2 s)',
      '12:00:03 prod warning: bookinfo/R27: reviews-v2 has one replica',
      '12:00:04 prod preview: done: 1 object to change (3.9 s)',
      '12:00:04 prod update: 10 to 25',
      '12:00:06 prod   ~  VirtualService reviews (1.2 s)',
      '12:00:06 prod update: done: 1 object changed (2.5 s)',
      '12:00:06 prod moved: reviews 10 → 25, 25 % to the canary',
      '12:00:07 prod bake: watches v2 at 25 % for 120 s',
      expect.stringMatching(/^12:00:10 prod bake: 1 min 0 s left; v1 120 requests, 75 %/),
      expect.stringMatching(
        /^12:02:07 prod bake: something is open; at most 2 min 0 s more; v1 9249 requests/,
      ),
      '12:02:07 prod bake: done: pass: every check holds (2 min 0 s)',
    ]);
  });

  it('tell of a bake again at once when a check turns bad', () => {
    const lines = plainLines(style);
    expect(lines(look(10, { requests: 40 }))).toHaveLength(1);
    expect(lines(look(15, { requests: 80 }))).toHaveLength(0);
    expect(lines(look(20, { requests: 120, errors: 60 }))[0]).toContain('errorCeiling failed');
    expect(lines(look(49, { requests: 400, errors: 90 }))).toHaveLength(0);
    expect(lines(look(50, { requests: 400, errors: 90 }))).toHaveLength(1);
  });
});

describe('events for programs', () => {
  it('are what they are, one a line', () => {
    for (const event of goodStep) {
      const line = jsonLine(machineEvent(event));
      expect(line.indexOf('\n')).toBe(line.length - 1);
      if (event.kind !== 'look') expect(JSON.parse(line)).toEqual(event);
    }
  });

  it('tell the newest point of a look only', () => {
    const event = asLook(look(10, { requests: 40 }));
    expect(event.step.state.points).toHaveLength(2);
    const { step } = JSON.parse(jsonLine(machineEvent(event))) as LookEvent;
    expect(step.state.points).toEqual(event.step.state.points.slice(1));
    expect(step.checks).toEqual(event.step.checks);
  });
});
