import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ProblemsError } from '../../../../components/validation';
import { parseSettings, readNamedSettings, readSettings } from '../../../../policies/settings/read';
import { environmentOf } from '../../../../policies/settings/settings';
import { ask, TODAY } from '../cases';

const folder = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Each problem as `path problem | remedy`, with the folder left out. */
function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    return error.problems.map(({ path, problem, remedy }) =>
      `${path} ${problem} | ${remedy}`.replaceAll(`${folder}/`, ''),
    );
  }
  return [];
}

const problemsIn = (text: string): readonly string[] =>
  problemsOf(() => readSettings(write('stack.yaml', text), TODAY));

test('all that is wrong in a file is told at once, each with its place and what to write', () => {
  const problems = problemsIn(`
environment: staging
enforcement: { R99: mandatory, R27: strict }
require: [digest]
blockListMaxAgeDays: -1
maxWeightStep: 101
unknwon: refuse
exceptions:
  - { policy: R19-mutabel-image, object: '', reason: ' ', until: '2027-02-31' }
`);
  const places = problems.map((problem) => problem.split(' ')[0]);
  expect(places.sort()).toEqual([
    'stack.yaml.blockListMaxAgeDays',
    'stack.yaml.enforcement.R27',
    'stack.yaml.enforcement.R99',
    'stack.yaml.environment',
    'stack.yaml.exceptions[0].object',
    'stack.yaml.exceptions[0].policy',
    'stack.yaml.exceptions[0].reason',
    'stack.yaml.exceptions[0].until',
    'stack.yaml.maxWeightStep',
    'stack.yaml.require[0]',
    'stack.yaml.unknwon',
  ]);
  expect(problems.join('\n')).toContain('did you mean unknown?');
  expect(problems.join('\n')).toContain('did you mean R19-mutable-image?');
  for (const problem of problems) expect(problem).toMatch(/ \| \S/);
});

test.each([
  ['exceptions: [{ policy: R19, object: a, reason: b }]', 'stack.yaml.exceptions[0].until is missing'],
  [
    'exceptions: [{ policy: R19, object: a, until: "2027-03-31" }]',
    'stack.yaml.exceptions[0].reason is missing',
  ],
  ['blockList: list.json', 'stack.yaml.blockList names list.json, which is not there'],
  ['extends: other.yaml', 'stack.yaml.extends names other.yaml, which is not there'],
  ['- a', 'stack.yaml'],
  ['a: [', 'stack.yaml is not YAML'],
])('%s is refused', (text, problem) => {
  const problems = problemsIn(text);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(problem);
});

test('a block list that is no JSON, or none at all, is refused by its name', () => {
  write('broken.json', '{');
  expect(problemsIn('blockList: broken.json')).toEqual([
    'stack.yaml.blockList names broken.json, which is no JSON | fix the file',
  ]);
  write('other.json', '{"a": 1}');
  expect(problemsIn('blockList: other.json')[0]).toContain(
    'other.json is neither a block list nor a Trivy report',
  );
});

test('a file builds on one other: its own keys hold, exceptions and enforcement add up', () => {
  write(
    'base.yaml',
    'environment: rehearsal\nenforcement: { R27: mandatory }\nmaxWeightStep: 20\nexceptions: [{ policy: R25, object: a, reason: b, until: "2027-01-31" }]',
  );
  const { settings, environment } = readSettings(
    write('stack.yaml', 'extends: base.yaml\nenforcement: { R12: advisory }\nmaxWeightStep: 30'),
    TODAY,
  );
  expect(environment).toBe('rehearsal');
  expect(settings).toMatchObject({
    enforcement: { 'R27-single-replica': 'mandatory', 'R12-timeout-hierarchy': 'advisory' },
    maxWeightStep: 30,
    exceptions: [{ policy: 'R25' }],
  });
  write('middle.yaml', 'extends: base.yaml');
  expect(problemsIn('extends: middle.yaml')[0]).toContain('extends another file itself');
});

test('a stack without a file has the defaults; a file that somebody named has to be there', () => {
  expect(readSettings(join(folder, 'none.yaml'), TODAY)).toMatchObject({
    environment: undefined,
    settings: { exceptions: [], enforcement: {}, require: [] },
  });
  expect(problemsOf(() => readNamedSettings(join(folder, 'none.yaml'), '--settings'))).toEqual([
    '--settings names none.yaml, which is not there | name a settings file',
  ]);
});

test.each([
  ['prod', 'production'],
  ['shop', 'production'],
  ['test', 'test'],
  ['eu-test-2', 'test'],
  ['contest', 'production'],
  ['rehearsal-platform', 'rehearsal'],
])('stack %s is for %s', (stack, environment) => {
  expect(environmentOf(stack)).toBe(environment);
});

describe('exceptions', () => {
  const fault = { 'VirtualService/prod/reviews': { 'spec.http[1].fault': { abort: { httpStatus: 503 } } } };
  const leave = { policy: 'R13', object: 'VirtualService/prod/reviews', reason: 'drill' };
  const withLeave = (more: object) =>
    ask({
      title: 'fault',
      set: fault,
      settings: { exceptions: [{ ...leave, until: '2027-01-31', ...more }] },
    });

  test.each([
    ['by number', {}],
    ['by its whole id', { policy: 'R13-fault-in-production' }],
    ['for the rest of a name', { object: 'VirtualService/prod/*' }],
    ['on its last day', { until: TODAY.toISOString().slice(0, 10) }],
  ])('hold %s', (_what, more) => {
    const report = withLeave(more);
    expect(report.findings).toEqual([]);
    expect(report.excepted).toHaveLength(1);
  });

  test.each([
    ['for another policy', { policy: 'R1' }],
    ['for another object', { object: 'VirtualService/prod/ratings' }],
  ])('do not hold %s', (_what, more) => {
    expect(withLeave(more).findings.map(({ policy }) => policy)).toEqual(['R13-fault-in-production']);
  });

  test('that have ended are a violation, also where nothing is broken any more', () => {
    const settings = { exceptions: [{ ...leave, until: '2026-11-20' }] };
    const ended = expect.objectContaining({
      policy: 'R13-fault-in-production',
      object: 'VirtualService/prod/reviews',
      enforcement: 'mandatory',
      problem: 'was 2026-11-20: the exception (drill) has ended',
    }) as object;
    expect(ask({ title: 'repaired', settings }).findings).toEqual([ended]);
    expect(ask({ title: 'still there', set: fault, settings }).findings).toEqual([
      expect.objectContaining({ field: 'spec.http[1].fault' }) as object,
      ended,
    ]);
  });
});

test.each([
  ['for everything', { object: '*', until: '2027-01-31' }, 'is for everything'],
  ['for all of a kind', { object: 'Deployment/*', until: '2027-01-31' }, 'is for everything'],
  [
    'for longer than half a year',
    { object: 'Deployment/prod/a', until: '2027-12-31' },
    'more than 180 days away',
  ],
])('an exception %s is refused', (_title, given, problem) => {
  const read = parseSettings(
    { exceptions: [{ policy: 'R19', reason: 'b', ...given }] },
    'x.yaml',
    '/',
    new Date('2026-11-21T12:00:00Z'),
  );
  expect(JSON.stringify(read)).toContain(problem);
});
