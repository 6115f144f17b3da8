import { verdict, type Check, type Report } from '../../../../rehearsal/report';
import { badReport, goodReport } from './fixture';

function checkOf(report: Report, id: string): Check {
  const found = verdict(report).checks.find((check) => check.id === id);
  if (!found) throw new Error(`no check ${id}`);
  return found;
}

function stepAt(report: Report, index: number) {
  const step = report.steps[index];
  if (!step) throw new Error(`no step ${index}`);
  return step;
}

test('a good release holds everything', () => {
  const { ok, checks } = verdict(goodReport());
  expect(checks.filter((check) => !check.ok)).toEqual([]);
  expect(ok).toBe(true);
  expect(checks.map((check) => check.id)).toEqual([
    'share',
    'sample',
    'weight-zero',
    'failures',
    'one-object',
    'up-ratio',
    'seconds-to-zero',
    'platform-again',
    'platform-seconds',
    'traces',
    'trace-count',
    'trace-versions',
    'scraped-share',
    'collectors',
    'edge-snippet',
    'repeats',
    'admission',
    'analyze',
    'warm-seconds',
  ]);
});

test('a release on which everything went wrong holds nothing', () => {
  const { ok, checks } = verdict(badReport());
  expect(checks.filter((check) => check.ok)).toEqual([]);
  expect(ok).toBe(false);
});

const half = { from: 50, upSeconds: 1.7, secondsToZero: 1.9, requestsDuring: 4000, failures: 0 };

/** What is spoilt, by what, which check fails, with which measured value, and where. */
const failing: [string, (report: Report) => void, string, Check['measured'], string][] = [
  ['a share above its interval', (r) => (stepAt(r, 3).share = 0.27), 'share', 1, 'step 25'],
  ['a share below its interval', (r) => (stepAt(r, 4).share = 0.48), 'share', 1, 'step 50'],
  ['a small sample', (r) => (stepAt(r, 2).requested = 1999), 'sample', 1999, 'step 10'],
  ['v2 answering at baseline', (r) => (stepAt(r, 0).observed.v2 = 1), 'weight-zero', 1, 'step baseline'],
  ['v1 answering at 100', (r) => (stepAt(r, 5).observed.v1 = 2), 'weight-zero', 2, 'step 100'],
  ['v1 answering when finished', (r) => (stepAt(r, 6).observed.v1 = 3), 'weight-zero', 3, 'step finished'],
  ['a version nobody asked for', (r) => (stepAt(r, 4).observed.v3 = 4), 'weight-zero', 4, 'step 50'],
  [
    'a stray answer while superseding',
    (r) => (r.supersede = r.supersede && { ...r.supersede, stray: 5 }),
    'weight-zero',
    5,
    'superseding v2',
  ],
  ['one failed request', (r) => (r.totals.failures = 1), 'failures', 1, 'of 78,402'],
  ['a failure that the total forgot', (r) => (stepAt(r, 1).failures = 2), 'failures', 2, 'of 78,402'],
  [
    'a failure in a rollback that the total forgot',
    (r) => (r.rollbacks = [{ ...half, from: 25, failures: 6 }]),
    'failures',
    6,
    'of 78,402',
  ],
  ['two objects changed', (r) => stepAt(r, 4).changed.push('urn'), 'one-object', 2, 'step 50'],
  ['no object changed', (r) => (stepAt(r, 4).changed = []), 'one-object', 0, 'step 50'],
  [
    'slow weight steps',
    (r) => [2, 3, 4].forEach((index) => (stepAt(r, index).upSeconds = 2.73)),
    'up-ratio',
    3,
    'the median of 4 steps',
  ],
  [
    'a slow rollback',
    (r) => (r.rollback = { ...half, secondsToZero: 5.01 }),
    'seconds-to-zero',
    5.01,
    'rollback from 50',
  ],
  [
    'a rollback that never ended',
    (r) => (r.rollbacks = [{ ...half, from: 10, secondsToZero: null }]),
    'seconds-to-zero',
    'never',
    'rollback from 10',
  ],
  [
    'no rollback, whatever others say',
    (r) => (r.rollback = null),
    'seconds-to-zero',
    'not measured',
    'the rollback was not made',
  ],
  ['no weight step', (r) => r.steps.splice(2), 'up-ratio', 'not measured', 'no weight step was taken'],
  ['a repeated up that changes', (r) => (r.repeats = [{ what: 'again', changes: 1 }]), 'repeats', 1, 'again'],
  ['a slow warm run', (r) => (r.seconds = 240.5), 'warm-seconds', 240.5, ''],
];

test.each(failing)('%s fails one check and says where', (_what, spoil, id, measured, where) => {
  const report = goodReport();
  report.baseline.emptyProgramUpSeconds = 0.91;
  spoil(report);
  const check = checkOf(report, id);
  expect(check).toMatchObject({ ok: false, where });
  if (typeof measured === 'number') expect(check.measured).toBeCloseTo(measured, 6);
  else expect(check.measured).toBe(measured);
  expect(verdict(report).ok).toBe(false);
});

test('values on their bound still hold', () => {
  const report = goodReport();
  report.baseline.emptyProgramUpSeconds = 1;
  for (const step of report.steps) {
    step.upSeconds = 2.2;
    step.requested = 2000;
    step.share = step.interval95[1];
  }
  report.rollback = { ...half, secondsToZero: 5 };
  report.seconds = 240;
  expect(verdict(report).checks.filter((check) => !check.ok)).toEqual([]);
});

test('one slow weight step is a hiccup of the machine', () => {
  const report = goodReport();
  stepAt(report, 3).upSeconds = 60;
  expect(checkOf(report, 'up-ratio').ok).toBe(true);
});

test('slow steps that make or remove Deployments are not held to the bound of weight steps', () => {
  const report = goodReport();
  stepAt(report, 0).upSeconds = 60;
  stepAt(report, 1).upSeconds = 60;
  stepAt(report, 6).upSeconds = 60;
  expect(checkOf(report, 'up-ratio').ok).toBe(true);
});

test('a conclusion written into the report is not believed', () => {
  const report = goodReport();
  const step = stepAt(report, 2);
  step.share = 0.2;
  step.withinInterval = true;
  expect(checkOf(report, 'share').ok).toBe(false);
});

test('a cold run’s length is not judged, nor is what a run did not measure', () => {
  const {
    warm: _warm,
    repeats: _repeats,
    admission: _admission,
    analyze: _analyze,
    platform: _platform,
    traces: _traces,
    scraped: _scraped,
    edge: _edge,
    ...report
  } = goodReport();
  const ids = verdict({ ...report, seconds: 4000 }).checks.map((check) => check.id);
  expect(ids).toHaveLength(7);
  expect(ids).not.toContain('warm-seconds');
});

test('only times count as speed, so that a busy machine can be told from a wrong release', () => {
  const speed = verdict(goodReport()).checks.filter((check) => check.about === 'speed');
  expect(speed.map((check) => check.id)).toEqual([
    'up-ratio',
    'seconds-to-zero',
    'platform-seconds',
    'warm-seconds',
  ]);
});

test('a run that finds its platform there is held to the shorter time', () => {
  const { platform: _platform, ...report } = goodReport();
  expect(checkOf({ ...report, seconds: 150.5 }, 'warm-seconds')).toMatchObject({ ok: false, bound: 150 });
});

describe('plaintext from pod to pod', () => {
  const seen = (wire: Report['wire']) => checkOf({ ...goodReport(), wire }, 'plaintext').ok;

  test('may not be there, beside whatever was encrypted', () => {
    expect(seen({ tls: 1200, plaintext: 0 })).toBe(true);
    expect(seen({ tls: 1200, plaintext: 1 })).toBe(false);
  });

  test('is not disproved where nothing at all was seen', () => {
    expect(seen({ tls: 0, plaintext: 0 })).toBe(false);
  });
});
