import { ProblemsError } from '../../../../components/validation';
import { allRollbacks, parseReport, weightSteps } from '../../../../rehearsal/report';
import { badReport, goodReport } from './fixture';

/** Deep copy as plain JSON, which is what a reader of the file has. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

function at(report: Record<string, unknown>, path: string): Record<string, unknown> {
  return path
    .split('.')
    .filter(Boolean)
    .reduce((value, key) => value[key] as Record<string, unknown>, report);
}

function problemsOf(value: unknown) {
  try {
    parseReport(value);
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
  return [];
}

const required: [string, string[]][] = [
  [
    '',
    [
      'schema',
      'startedAt',
      'service',
      'provider',
      'sidecars',
      'tools',
      'steps',
      'rollback',
      'totals',
      'baseline',
      'seconds',
    ],
  ],
  [
    'steps.2',
    [
      'step',
      'weight',
      'requested',
      'observed',
      'share',
      'interval95',
      'withinInterval',
      'failures',
      'upSeconds',
      'convergenceSeconds',
      'changed',
    ],
  ],
  ['steps.2.observed', ['v1', 'v2']],
  ['rollback', ['from', 'upSeconds', 'secondsToZero', 'requestsDuring', 'failures']],
  ['totals', ['requests', 'failures']],
  ['baseline', ['emptyProgramUpSeconds']],
];
const missing = required.flatMap(([path, keys]) => keys.map((key) => [path, key] as const));

describe('the schema of report.json', () => {
  test('accepts a good report and changes nothing in it', () => {
    const report = plain(goodReport());
    expect(parseReport(report)).toEqual(report);
  });

  test('accepts a bad release: a report is there to tell of it', () => {
    expect(problemsOf(badReport())).toEqual([]);
  });

  test('accepts a report with nothing but the required keys', () => {
    const report = plain(goodReport());
    const keys = new Set(required[0]?.[1]);
    const bare = Object.fromEntries(Object.entries(report).filter(([key]) => keys.has(key)));
    expect(Object.keys(bare)).toHaveLength(keys.size);
    expect(parseReport(bare)).toEqual(bare);
  });

  test.each(missing)('refuses a report without %s.%s', (path, key) => {
    const report = plain(goodReport());
    const parent = at(report, path);
    expect(parent).toHaveProperty(key);
    delete parent[key];
    const where = `${path.replace(/\.(\d+)/, '[$1]')}.${key}`.replace(/^\./, '');
    expect(problemsOf(report).map((p) => p.path)).toContain(where);
  });

  const spoilt: [string, string, string, unknown][] = [
    ['another schema', '', 'schema', 2],
    ['an unknown provider', '', 'provider', 'other'],
    ['an unknown kind of sidecars', '', 'sidecars', { kind: 'half' }],
    ['no step', '', 'steps', []],
    ['a time that is no number', '', 'seconds', '131.6'],
    ['a negative time', 'steps.2', 'upSeconds', -1],
    ['a weight of 101', 'steps.2', 'weight', 101],
    ['a weight between integers', 'steps.2', 'weight', 10.5],
    ['half a request', 'steps.2', 'requested', 5000.5],
    ['an interval of one end', 'steps.2', 'interval95', [0.1]],
    ['an interval upside down', 'steps.2', 'interval95', [0.11, 0.09]],
    ['a share in per cent', 'steps.2', 'share', 10.2],
    ['a share that is not the counts’', 'steps.2', 'share', 0.105],
    ['a conclusion against its numbers', 'steps.2', 'withinInterval', false],
    ['more answers than requests', 'steps.2', 'requested', 4999],
    ['an empty program that took no time', 'baseline', 'emptyProgramUpSeconds', 0],
    ['a date that is none', '', 'startedAt', 'yesterday'],
    ['a renamed key', 'rollback', 'timeToZero', 1.2],
    ['an unknown key', '', 'remarks', 'fine'],
  ];
  test.each(spoilt)('refuses %s', (_what, path, key, value) => {
    const report = plain(goodReport());
    at(report, path)[key] = value;
    expect(problemsOf(report)).not.toEqual([]);
  });

  test('names every problem at once', () => {
    const report = plain(goodReport());
    report.seconds = -1;
    at(report, 'totals').failures = 'none';
    at(report, 'steps.3').weight = 250;
    const problems = problemsOf(report);
    expect(problems.map((p) => p.path).sort()).toEqual(['seconds', 'steps[3].weight', 'totals.failures']);
    expect(problems.every((p) => p.remedy.length > 0)).toBe(true);
  });

  test.each([null, undefined, 7, 'report', []])('refuses %p as a whole', (value) => {
    expect(problemsOf(value)[0]?.path).toBe('(the whole report)');
  });
});

describe('what the model tells of a report', () => {
  test('every rollback once, by weight, whether or not the list repeats the first', () => {
    const report = goodReport();
    expect(allRollbacks(report).map((r) => r.from)).toEqual([10, 25, 50, 100]);
    report.rollbacks = report.rollbacks?.filter((r) => r.from !== 50);
    expect(allRollbacks(report).map((r) => r.from)).toEqual([10, 25, 50, 100]);
    expect(allRollbacks({ ...report, rollbacks: undefined, rollback: null })).toEqual([]);
  });

  test('weight steps are those that only move weight', () => {
    expect(weightSteps(goodReport()).map((s) => s.step)).toEqual(['10', '25', '50', '100']);
  });
});
