import fc from 'fast-check';
import type { Json, JsonObject } from '../../../../rehearsal/provider/json';
import { decode, encode, hasUnknown, UNKNOWN, withoutNulls } from '../../../../rehearsal/provider/wire';

const secret = (value: Json): JsonObject => ({
  '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270',
  value,
});

test('takes secret marks out and puts them back where they were', () => {
  const wire = { a: { b: secret('x'), c: 1 }, list: [secret({ d: true }), 'plain'] };
  const decoded = decode(wire);
  expect(decoded).toEqual({
    value: { a: { b: 'x', c: 1 }, list: [{ d: true }, 'plain'] },
    secrets: [
      ['a', 'b'],
      ['list', 0],
    ],
  });
  expect(encode(decoded.value, decoded.secrets)).toEqual(wire);
});

test('a secret inside a secret is one secret', () => {
  expect(decode({ a: secret({ b: secret('x') }) })).toEqual({ value: { a: { b: 'x' } }, secrets: [['a']] });
});

test('marks below a marked value, and marks that lead nowhere, are harmless', () => {
  expect(encode({ a: { b: 'x' } }, [['a'], ['a', 'b'], ['gone', 'too']])).toEqual({ a: secret({ b: 'x' }) });
});

test('every kind of unknown is one unknown', () => {
  const { value } = decode({
    text: '04da6b54-80e4-46f7-96ec-b56ff0331ba9',
    list: ['3eeb2bf0-c639-47a8-9e75-3b44932eb421'],
  });
  expect(value).toEqual({ text: UNKNOWN, list: [UNKNOWN] });
  expect(hasUnknown(value)).toBe(true);
  expect(hasUnknown({ a: ['b', { c: null }] })).toBe(false);
});

test('an output value without a value is unknown; a resource stands for its id', () => {
  const signature = '4dabf18193072939515e22adb298388d';
  expect(
    decode({
      output: { [signature]: 'd0e6a833031e9bbcd3f4e8bde6ca49a4', secret: true },
      resource: { [signature]: '5cf8f73096256a8f31e491e813e4eb8e', urn: 'u', id: 'ns/name' },
    }),
  ).toEqual({ value: { output: UNKNOWN, resource: 'ns/name' }, secrets: [['output']] });
});

test('assets are refused with their place', () => {
  const asset = { '4dabf18193072939515e22adb298388d': 'c44067f5952c0a294b673a41bacd8c17', path: 'x' };
  expect(() => decode({ data: { file: asset } })).toThrow(/^data\.file: assets and archives/);
});

test('null members are dropped, null items are kept', () => {
  expect(withoutNulls({ a: null, b: { c: null, d: [null, { e: null }] } })).toEqual({ b: { d: [null, {}] } });
});

test('what has no marks passes through unchanged', () => {
  const dictionary = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(dictionary, (given) => {
      const value = JSON.parse(JSON.stringify(given)) as JsonObject;
      const decoded = decode(value);
      expect(encode(decoded.value, decoded.secrets)).toEqual(value);
    }),
  );
});
