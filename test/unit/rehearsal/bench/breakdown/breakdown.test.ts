import { breakdownOf } from '../../../../../rehearsal/bench/breakdown/breakdown';
import { emptyTrace, stepTrace } from './traces';

test('each phase is told of both, by the middle of all runs', () => {
  const slow = { ...stepTrace(), endedAt: 1100 };
  const breakdown = breakdownOf([emptyTrace(), emptyTrace()], [stepTrace(), slow, slow]);
  expect(breakdown.runs).toBe(3);
  expect(breakdown.phases.map(({ id }) => id).slice(0, 2)).toEqual(['engine', 'state']);
  expect(breakdown.phases.at(-1)).toMatchObject({ id: 'exit', empty: 20, weightStep: 120 });
  expect(breakdown.within.find(({ id }) => id === 'diff')).toMatchObject({ milliseconds: 60, count: 2 });
});
