import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './cases';
import { applicationRuns, judgeOwnStack, refusals } from './ownStack';

/** Each run is judged once, however many tests look at it: declaring a whole stack takes its time. */
const reports = new Map<object, ReturnType<typeof judgeOwnStack>>();
function judged(run: (typeof applicationRuns)[number]): ReturnType<typeof judgeOwnStack> {
  const report = reports.get(run) ?? judgeOwnStack(run);
  reports.set(run, report);
  return report;
}

test('every stack with a release is looked at, at all of its steps', () => {
  const seen = new Set(applicationRuns.map(({ stack }) => stack));
  expect([...seen]).toEqual(expect.arrayContaining(['prod', 'rehearsal', 'test']));
  expect(applicationRuns.length).toBeGreaterThanOrEqual(7 * seen.size);
});

test.each(applicationRuns)('stack $stack at step $step has no mandatory violation', async (run) => {
  const report = await judged(run);
  expect(report.objects).toBeGreaterThan(0);
  expect(report.undecided).toEqual([]);
  expect(refusals(report)).toEqual([]);
});

/** The policies of the table in which is explained what stays. */
const explained = readFileSync(join(ROOT, 'docs', 'explanation', 'policies-and-our-stacks.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| R\d/.test(line))
  .map((line) => line.split('|')[1]!.trim());

test('prod is told what is explained, and nothing else', async () => {
  const told = new Set<string>();
  for (const run of applicationRuns.filter(({ stack }) => stack === 'prod')) {
    for (const { policy } of (await judged(run)).findings) told.add(policy);
  }
  expect([...told].sort()).toEqual(explained);
});
