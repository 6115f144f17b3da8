import { widthOf, styleOf } from '../../../../release/terminal';
import { watchedLines } from '../../../../release/terminal/watched';
import { viewOf } from '../../../../release/watch';
import { played } from '../watch/fixture';

const plain = styleOf({ colour: false, unicode: true });
const ascii = styleOf({ colour: false, unicode: false });
const [good, bad] = [played('good'), played('bad')];
const during = (report: typeof good, index: number, back = 8_000) =>
  viewOf(report, Date.parse(report.steps[index]!.gate!.endedAt) - back);

describe('a release on a terminal', () => {
  it.each([80, 120])('fits %i cells, at every moment', (width) => {
    for (const view of [during(good, 1), during(bad, 1), viewOf(good), viewOf(bad), viewOf(good, 0)]) {
      const wide = watchedLines(view, width, plain);
      expect(wide.every((line) => widthOf(line) <= width)).toBe(true);
    }
  });

  it('says where it stands, what each version gets, and how far the gate is', () => {
    const lines = watchedLines(during(good, 1), 80, plain);
    expect(lines[0]).toMatch(/^reviews v1 → v2 on prod +\d\d:\d\d:\d\d UTC$/);
    expect(lines[1]).toBe('Watching step 25');
    expect(lines).toContain('✔ baseline → ✔ 0 → ✔ 10 → [25] → 50 → 100 → finished');
    expect(lines.find((line) => line.startsWith('v2'))).toMatch(/^v2 +25 % +2\d\.?\d* % +[\d,]+ /);
    expect(lines.some((line) => /^gate {2}█+░+ \d+(\.\d+)? % of the time, \d+ looks/.test(line))).toBe(true);
  });

  it('shows the evidence that condemned the canary, and the step that was left', () => {
    const lines = watchedLines(viewOf(bad), 80, plain);
    expect(lines[1]).toBe('Rolled back');
    expect(lines).toContain('✔ baseline → [0] → 10 → ✖ 25 → 50 → 100 → finished');
    expect(lines.some((line) => /^✖ error\w+ +██████████\|/.test(line))).toBe(true);
  });

  it('needs no sign that a simple terminal has not', () => {
    const lines = watchedLines(during(good, 1), 80, ascii).join('\n');
    expect(lines).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('lets no name move the cursor', () => {
    const view = {
      ...viewOf(good),
      service: 'a\u001b[2Jb',
      why: '\u001b]0;title\u0007x',
      events: [{ at: good.endedAt, kind: 'note' as const, what: '\u001b[31mred' }],
    };
    expect(watchedLines(view, 80, plain).join('')).not.toContain('\u001b');
  });
});
