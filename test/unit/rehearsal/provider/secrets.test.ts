import { redactor, secretPaths } from '../../../../rehearsal/provider/secrets';

test("a Secret's values are secret whatever the inputs say, and so is kubectl's copy of them", () => {
  const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { annotations: { [annotation]: '{}' } },
    data: { a: 'Yg==' },
  };
  expect(secretPaths(secret, [])).toEqual([['data'], ['metadata', 'annotations', annotation]]);
  expect(secretPaths({ apiVersion: 'example.com/v1', kind: 'Secret', metadata: {}, data: {} }, [])).toEqual(
    [],
  );
});

test('a secret inside a list hides the list, for items may move', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: {} };
  expect(
    secretPaths(pod, [
      ['spec', 'containers', 1, 'env', 0, 'value'],
      ['metadata', 'labels', 'x'],
    ]),
  ).toEqual([
    ['spec', 'containers'],
    ['metadata', 'labels', 'x'],
  ]);
});

test('messages are blanked out in every form a value may take', () => {
  const value = 'pa"ss word';
  const encoded = Buffer.from('from-data').toString('base64');
  const secret = { apiVersion: 'v1', kind: 'Secret', stringData: { a: value }, data: { b: encoded } };
  const redact = redactor(secret, []);
  const message = `Invalid value: "pa\\"ss word", ${value}, ${Buffer.from(value).toString('base64')}, ${encoded}, from-data`;
  expect(redact(message)).toBe('Invalid value: "[secret]", [secret], [secret], [secret], [secret]');
});

test('short values are left, for they would blank out ordinary words', () => {
  expect(redactor({ a: 'is' }, [['a']])('this is it')).toBe('this is it');
});
