import { conditionsOf, conjunction, covers } from '../../../../components/canary/conditions';

const user = (match: object) => conditionsOf({ header: 'end-user', ...match });

test.each([
  [{ exact: 'jason' }, { exact: 'jason' }, { exact: 'jason' }],
  [{ exact: 'jason' }, { exact: 'ann' }, undefined],
  [{ exact: 'jason' }, { prefix: 'ja' }, { exact: 'jason' }],
  [{ exact: 'jason' }, { prefix: 'jo' }, undefined],
  [{ exact: 'jason' }, { regex: 'j.*n' }, { exact: 'jason' }],
  [{ exact: 'jason' }, { regex: 'jas' }, undefined],
  [{ prefix: 'ja' }, { prefix: 'jas' }, { prefix: 'jas' }],
  [{ prefix: 'ja' }, { prefix: 'jo' }, undefined],
  [{ regex: 'j.*' }, { regex: 'j.*' }, { regex: 'j.*' }],
  [{ regex: 'j.*' }, { regex: '.*n' }, 'inexpressible'],
  [{ prefix: 'j' }, { regex: '.*n' }, 'inexpressible'],
])('%j and %j: %j', (a, b, expected) => {
  const wanted = typeof expected === 'object' ? { 'header:end-user': expected } : expected;
  expect(conjunction(user(a), user(b))).toEqual(wanted);
  expect(conjunction(user(b), user(a))).toEqual(wanted);
});

test('different headers are asked for together', () => {
  const group = conditionsOf({ header: 'x-group', exact: 'b' });
  const both = conjunction(user({ exact: 'jason' }), group);
  expect(both).toEqual({ 'header:end-user': { exact: 'jason' }, 'header:x-group': { exact: 'b' } });
  expect(covers(group, { ...user({ exact: 'jason' }), ...group })).toBe(true);
  expect(covers({ ...user({ exact: 'jason' }), ...group }, group)).toBe(false);
  expect(covers({}, group)).toBe(true);
});
