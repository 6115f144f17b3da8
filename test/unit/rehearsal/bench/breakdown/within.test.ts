import { withinOf } from '../../../../../rehearsal/bench/breakdown/within';
import { emptyTrace, stepTrace } from './traces';

test('calls are added up by kind; what lies between them is what is left', () => {
  expect(withinOf(stepTrace())).toEqual({
    provider: { milliseconds: 90, count: 1 },
    answers: { milliseconds: 75, count: 2 },
    check: { milliseconds: 15, count: 2 },
    diff: { milliseconds: 60, count: 2 },
    update: { milliseconds: 20, count: 1 },
    between: { milliseconds: 115, count: 4 },
    // What is written before the plan begins is the lock, not the state.
    checkpoints: { milliseconds: 10, count: 2 },
  });
});

test('an empty program has none of it', () => {
  const none = { milliseconds: 0, count: 0 };
  expect(withinOf(emptyTrace())).toEqual({
    provider: none,
    answers: none,
    check: none,
    diff: none,
    update: none,
    between: none,
    checkpoints: none,
  });
});
