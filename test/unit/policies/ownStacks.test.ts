import { applicationRuns, judgeOwnStack, refusals } from './ownStack';

test('every stack with a release is looked at, at all of its steps', () => {
  const seen = new Set(applicationRuns.map(({ stack }) => stack));
  expect([...seen]).toEqual(expect.arrayContaining(['prod', 'rehearsal', 'test']));
  expect(applicationRuns.length).toBeGreaterThanOrEqual(7 * seen.size);
});

test.each(applicationRuns)('stack $stack at step $step has no mandatory violation', async (run) => {
  const report = await judgeOwnStack(run);
  expect(report.objects).toBeGreaterThan(0);
  expect(report.undecided).toEqual([]);
  expect(refusals(report)).toEqual([]);
});

test('prod: what is told without stopping anything is known', async () => {
  const { findings } = await judgeOwnStack({ stack: 'prod', step: '10' });
  // Digests and a block list are the user's to add; one pod each is what the stack asks for until it has nodes for more.
  expect([...new Set(findings.map(({ policy }) => policy))].sort()).toEqual([
    'R19-mutable-image',
    'R27-single-replica',
    'R38-block-list-age',
  ]);
});
