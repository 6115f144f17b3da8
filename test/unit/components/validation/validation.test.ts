import { z } from 'zod';
import {
  closest,
  didYouMean,
  examine,
  formatProblems,
  grouped,
  isEncrypted,
  isMap,
  joinPath,
  labelFinding,
  number,
  numberFinding,
  ProblemsError,
  rule,
  rules,
  serviceNameFinding,
  wholeNumber,
} from '../../../../components/validation';

test.each([
  ['stpes', 'steps'],
  ['wieght', 'weight'],
  ['per-try-timeout', 'perTryTimeout'],
  ['x', undefined],
  ['colour', undefined],
])('the word near %s is %s', (word, near) => {
  const known = ['steps', 'weight', 'perTryTimeout', 'match'];
  expect(closest(word, known)).toBe(near);
  expect(didYouMean(word, known, 'else')).toBe(near === undefined ? 'else' : `did you mean ${near}?`);
});

test.each([
  [{}, true],
  [{ a: 1 }, true],
  [[], false],
  [null, false],
  [undefined, false],
  ['text', false],
])('%j is a map: %s', (value, expected) => {
  expect(isMap(value)).toBe(expected);
});

test.each([
  [{ secure: 'v1:abc' }, true],
  [{ secure: 'v1:abc', more: 1 }, false],
  [{ value: 'x' }, false],
  ['secure', false],
  [undefined, false],
])('%j is stored encrypted: %s', (value, expected) => {
  expect(isEncrypted(value)).toBe(expected);
});

test('things are grouped by a key in their order', () => {
  expect([...grouped([3, 1, 4, 1, 5], (number) => number % 2 === 0)]).toEqual([
    [false, [3, 1, 1, 5]],
    [true, [4]],
  ]);
});

test('paths read as a user writes them', () => {
  expect(joinPath('bookinfo:release', ['steps', 2])).toBe('bookinfo:release.steps[2]');
  expect(joinPath('a', ['b c', 0, 'd-e'])).toBe('a["b c"][0].d-e');
});

test.each([
  ['v1', undefined],
  ['a'.repeat(63), undefined],
  ['a'.repeat(64), 'has 64 characters, more than 63'],
  ['', 'is empty'],
  ['-a', 'is "-a", not a DNS label'],
  ['Ä', 'is "Ä", not a DNS label'],
])('the label %j: %s', (value, problem) => {
  expect(labelFinding(value, 'v2')?.[0]).toBe(problem);
});

describe('numbers', () => {
  test.each([
    [1, undefined],
    [5, undefined],
    [0, 'is 0, not a whole number of 1 to 5'],
    [6, 'is 6, not a whole number of 1 to 5'],
    [1.5, 'is 1.5, not a whole number of 1 to 5'],
    [Number.NaN, 'is NaN, not a whole number of 1 to 5'],
  ])('%d as a whole number of 1 to 5: %s', (value, problem) => {
    const finding = numberFinding(value, { from: 1, to: 5, whole: true, what: 'so many' });
    expect(finding).toEqual(problem && [problem, 'write a whole number of 1 to 5: so many']);
  });

  test.each([
    [number(0, 1), { type: 'number', minimum: 0, maximum: 1 }],
    [wholeNumber(1, 9), { type: 'integer', minimum: 1, maximum: 9 }],
    [wholeNumber(0), { type: 'integer', minimum: 0 }],
    [wholeNumber(1, 9, 'seconds'), { type: 'integer', minimum: 1, maximum: 9, description: 'Seconds.' }],
  ])('an editor is told the range: %#', (schema, expected) => {
    expect(z.toJSONSchema(schema)).toMatchObject(expected);
  });

  test('without an upper limit there is none to be told', () => {
    expect(z.toJSONSchema(wholeNumber(0))).not.toHaveProperty('maximum');
    expect(numberFinding(-1, { from: 0, to: Infinity, whole: false })?.[0]).toBe(
      'is -1, not a number of 0 or more',
    );
  });
});

test('a Service begins with a letter', () => {
  expect(serviceNameFinding('1a', 'a')?.[0]).toBe('is "1a", which begins with a digit');
  expect(serviceNameFinding('a1', 'a')).toBeUndefined();
});

describe('examine', () => {
  const even = rule(z.number(), (n) => (n % 2 === 0 ? undefined : [`is ${n}, odd`, `write ${n + 1}`]));
  const schema = rules(
    z.strictObject({ low: even, high: even, tags: z.record(z.string(), z.array(z.string())).optional() }),
    ({ low, high }) => (low < high ? [] : [{ key: 'high', finding: ['is not above low', 'raise it'] }]),
  );

  test('gives the typed value', () => {
    expect(examine(schema, { low: 2, high: 4 }, 'p')).toEqual({
      problems: [],
      value: { low: 2, high: 4 },
      sound: { low: 2, high: 4 },
    });
  });

  test('an unknown key hides no rule', () => {
    expect(examine(schema, { low: 4, high: 2, hihg: 1 }, 'p').problems).toEqual([
      { path: 'p.hihg', problem: 'is not a known key', remedy: 'did you mean high?' },
      { path: 'p.high', problem: 'is not above low', remedy: 'raise it' },
    ]);
  });

  test('what is wrong is taken out of what is sound, and the input is left as it was', () => {
    const raw = { low: 1, tags: { a: ['x', 2] } };
    const { problems, value, sound } = examine(schema, raw, 'p', { high: '8' });
    expect(problems).toEqual([
      { path: 'p.low', problem: 'is 1, odd', remedy: 'write 2' },
      { path: 'p.high', problem: 'is missing', remedy: 'add high, such as 8' },
      {
        path: 'p.tags.a[1]',
        problem: 'is 2, not a text',
        remedy: 'write a text, in quotes where YAML would read something else',
      },
    ]);
    expect(value).toBeUndefined();
    expect(sound).toEqual({ low: undefined, tags: { a: ['x', undefined] } });
    expect(raw).toEqual({ low: 1, tags: { a: ['x', 2] } });
  });

  test.each([
    [null, 'is empty, not a map'],
    [[], 'is a list, not a map'],
    [Number.NaN, 'is NaN, not a map'],
    [true, 'is true, not a map'],
    ['{}', 'is the text "{}", not a map'],
  ])('describes %j', (raw, problem) => {
    expect(examine(schema, raw, 'p').problems).toEqual([
      { path: 'p', problem, remedy: 'write a map of keys and values' },
    ]);
  });
});

test('problems are printed whole, without a stack', () => {
  const problems = [
    { path: 'a.b', problem: 'is 1', remedy: 'write 2' },
    { path: 'a.c', problem: 'is missing', remedy: 'add c' },
  ];
  const text = 'Config: 2 problems\n  a.b is 1\n    remedy: write 2\n  a.c is missing\n    remedy: add c';
  expect(formatProblems('Config', problems)).toBe(text);
  const error = new ProblemsError('Config', problems);
  expect(error.message).toBe(text);
  expect(error.problems).toBe(problems);
});
