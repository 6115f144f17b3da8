import { ProblemsError } from '../../../components/validation';
import { exitCodeOf, exitCodes, ReleaseError, type Outcome } from '../../../release/exitCodes';

test('the numbers are the documented ones', () => {
  expect(exitCodes).toEqual({
    done: 0,
    error: 1,
    usage: 2,
    rolledBack: 3,
    held: 4,
    locked: 5,
    drift: 6,
    policy: 7,
    interrupted: 130,
  });
});

test.each(Object.keys(exitCodes).filter((name) => name !== 'done') as Exclude<Outcome, 'done'>[])(
  'an error of outcome %s carries its number, message and remedy',
  (outcome) => {
    const error = new ReleaseError(outcome, 'what happened', 'what to do');
    expect(exitCodeOf(error)).toBe(exitCodes[outcome]);
    expect([error.exitCode, error.message, error.remedy]).toEqual([
      exitCodes[outcome],
      'what happened',
      'what to do',
    ]);
  },
);

test.each([
  ['problems in a setting', new ProblemsError('gates', []), 2],
  ['an abort', new DOMException('stopped', 'AbortError'), 130],
  ['anything else', new Error('boom'), 1],
  ['no error at all', 'boom', 1],
])('%s', (_, thrown, code) => expect(exitCodeOf(thrown)).toBe(code));
