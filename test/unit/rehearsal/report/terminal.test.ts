import { stripVTControlCharacters } from 'node:util';
import { renderTerminal, type Report } from '../../../../rehearsal/report';
import { badReport, goodReport } from './fixture';

/** Numbers as large as any run could bring, and names longer than they should be. */
function hugeReport(): Report {
  const report = badReport();
  report.service = 'a-service-with-a-name-that-is-far-longer-than-a-line-of-a-terminal-can-be-at-all';
  for (const step of report.steps) {
    Object.assign(step, { requested: 98_765_432, failures: 98_765_432, upSeconds: 12_345.6 });
    step.observed = { v1: 98_765_432, v2: 98_765_432, v3: 98_765_432 };
    step.share = 0.4567;
    step.interval95 = [0.4561, 0.4572];
    step.convergenceSeconds = 12_345.6;
    step.changed = Array.from({ length: 999 }, (_, i) => `urn${i}`);
    step.weight = 100;
  }
  report.totals = { requests: 987_654_321, failures: 987_654_321 };
  report.rollback = {
    from: 100,
    upSeconds: 12_345,
    secondsToZero: 12_345,
    requestsDuring: 98_765_432,
    failures: 98_765_432,
  };
  report.repeats = [{ what: 'x'.repeat(300), changes: 12_345_678 }];
  report.seconds = 86_400;
  return report;
}

const widest = (text: string) =>
  Math.max(...text.split('\n').map((line) => [...stripVTControlCharacters(line)].length));

describe.each([
  ['a good release', goodReport],
  ['a bad release', badReport],
  ['a huge one', hugeReport],
])('the closing table of %s', (_name, make) => {
  test.each([true, false])('has no line over 80 columns, colour %p', (colour) => {
    const text = renderTerminal(make(), { colour });
    expect(text.split('\n').length).toBeGreaterThan(20);
    expect(widest(text)).toBeLessThanOrEqual(80);
  });

  test('says the same with colour and without', () => {
    const coloured = renderTerminal(make(), { colour: true });
    const bare = renderTerminal(make(), { colour: false });
    expect(coloured).toContain('\u001b[');
    expect(bare).not.toContain('\u001b');
    const trimmed = stripVTControlCharacters(coloured).replace(/ +$/gm, '');
    expect(trimmed).toBe(bare.replace(/ +$/gm, ''));
  });
});

/** The words of the first line that begins with `start`. */
function words(text: string, start: string): string[] {
  const line = text.split('\n').find((l) => l.startsWith(start));
  if (line === undefined) throw new Error(`no line begins with ${start}`);
  return line.split(/ +/);
}

test('a row holds the numbers of its step in the order of the head', () => {
  const text = renderTerminal(goodReport(), { colour: false });
  expect(words(text, '25 ')).toEqual([
    '25',
    '25',
    '5220',
    '3931',
    '1289',
    '24.7',
    '23.8–26.2',
    'yes',
    '0',
    '1.88',
    '0.25',
    '1',
  ]);
  expect(words(text, 'finished')).toEqual([
    'finished',
    '100',
    '4977',
    '0',
    '4977',
    '100',
    '100–100',
    'yes',
    '0',
    '3.15',
    '0.05',
    '2',
  ]);
  expect(words(text, 'rollback from 50')).toEqual([
    'rollback',
    'from',
    '50',
    'to',
    '0',
    '1.71',
    '1.94',
    '4,210',
    '0',
  ]);
  expect(words(text, 'v3 supersedes')).toEqual([
    'v3',
    'supersedes',
    'v2',
    'at',
    '25',
    '6.89',
    '1.90',
    '6,120',
    '0',
  ]);
});

test('each promise has a line with its number and its bound', () => {
  const text = renderTerminal(goodReport(), { colour: false });
  expect(text).toMatch(/^ok +Share inside the 95 % interval of its weight +0 steps outside +≤ 0$/m);
  expect(text).toMatch(/^ok +Weight step’s up against an empty program’s +2\.03 × +≤ 2\.2$/m);
  expect(text).toMatch(/^ok +Rollback: start to the canary’s last answer +2\.02 s +≤ 5$/m);
  expect(text).toContain('All 19 checks hold.');
  expect(text).not.toContain('FAILED');
});

test('a broken promise is marked, with the place under it', () => {
  const text = renderTerminal(badReport(), { colour: false });
  expect(text).toMatch(/^FAILED Requests at a version of weight 0 +3 requests +≤ 0\n +step 100$/m);
  expect(text).toMatch(
    /^FAILED Rollback: start to the canary’s last answer +never +≤ 5\n +rollback from 50$/m,
  );
  expect(text).toMatch(/^10 .* NO +17 +3\.20 never +2$/m);
  expect(text).toContain('19 of 19 checks FAILED.');
});

test('a run that made no rollback says so', () => {
  const { supersede: _supersede, ...report } = goodReport();
  const text = renderTerminal({ ...report, rollback: null, rollbacks: [] }, { colour: false });
  expect(text).toContain('No rollback was made.');
  expect(text).toMatch(/^FAILED Rollback.*not measured/m);
});

test.each([
  ['NO_COLOR', false],
  ['FORCE_COLOR', true],
])('%s decides where nobody asks for colour', (name, coloured) => {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  delete process.env.NO_COLOR;
  delete process.env.FORCE_COLOR;
  process.env[name] = '1';
  try {
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- the variables are read while loading
      const fresh = require('../../../../rehearsal/report/terminal') as {
        renderTerminal: typeof renderTerminal;
      };
      expect(fresh.renderTerminal(goodReport()).includes('\u001b[')).toBe(coloured);
    });
  } finally {
    delete process.env[name];
    if (NO_COLOR !== undefined) process.env.NO_COLOR = NO_COLOR;
    if (FORCE_COLOR !== undefined) process.env.FORCE_COLOR = FORCE_COLOR;
  }
});
