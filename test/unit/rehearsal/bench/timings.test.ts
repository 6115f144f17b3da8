import { timingsOf, updates } from '../../../../rehearsal/bench/timings';

const figures = {
  empty: [1, 2],
  'weight-step': [2, 4],
  'weight-step-with-policies': [3, 6],
  rollback: [2, 4],
  preview: [1.5, 3],
  'preview-with-policies': [2, 4],
  'kubectl-apply': [1, 1],
};

test('everything stands beside an empty program and beside a weight step of the same round', () => {
  const timings = timingsOf([...updates, ['kubectl-apply', 'kubectl apply']], figures);
  expect(timings.map(({ id }) => id)).toEqual([
    'empty',
    'weight-step',
    'weight-step-with-policies',
    'rollback',
    'preview',
    'preview-with-policies',
    'kubectl-apply',
  ]);
  expect(timings[0]).toMatchObject({ timesEmpty: { median: 1, min: 1, max: 1 } });
  expect(timings[1]).toMatchObject({
    seconds: { median: 3, values: [2, 4] },
    timesEmpty: { values: [2, 2] },
    weightStepTimes: { values: [1, 1] },
  });
  expect(timings[6]).toMatchObject({ timesEmpty: { values: [1, 0.5] }, weightStepTimes: { values: [2, 4] } });
});

test('what was not measured is not shown as nothing', () => {
  expect(() => timingsOf([['helm-upgrade', 'helm upgrade']], figures)).toThrow('helm-upgrade');
});
