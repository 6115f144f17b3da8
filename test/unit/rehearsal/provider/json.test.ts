import { at, equal, formatPath, related } from '../../../../rehearsal/provider/json';

test.each([
  [['spec', 'containers', 0, 'image'], 'spec.containers[0].image'],
  [['metadata', 'labels', 'app.kubernetes.io/name'], 'metadata.labels["app.kubernetes.io/name"]'],
  [['a"b', ''], '["a\\"b"][""]'],
])('writes the path %j as the engine does', (path, text) => {
  expect(formatPath(path)).toBe(text);
});

test('compares values, not the order of members', () => {
  expect(equal({ a: [1, { b: null }], c: 'x' }, { c: 'x', a: [1, { b: null }] })).toBe(true);
  expect(equal({ a: 1 }, { a: 1, b: undefined as never })).toBe(false);
  expect(equal([1, 2], [2, 1])).toBe(false);
  expect(equal({ a: undefined as never }, { b: 1 })).toBe(false);
});

test('looks up no inherited member', () => {
  expect(at({ a: {} }, 'a', 'toString')).toBeUndefined();
  expect(at({ a: [{ b: 1 }] }, 'a', 0, 'b')).toBe(1);
});

test('paths are related when one leads to the other', () => {
  expect(related(['a', 0], ['a', 0, 'b'])).toBe(true);
  expect(related(['a', 0], ['a', 1])).toBe(false);
  expect(related([], ['a'])).toBe(true);
});
