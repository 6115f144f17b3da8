import { changedBetween, inNamespace, parseObjects, yamlOf } from '../../../../rehearsal/bench/objects';

const object = (kind: string, name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'bookinfo' },
  ...more,
});

test('objects come back from YAML as they went', () => {
  const objects = [object('Service', 'reviews', { spec: { ports: [{ port: 9080 }] } }), object('A', 'b')];
  expect(parseObjects(yamlOf(objects))).toEqual(objects);
});

test('another namespace changes nothing else', () => {
  const [moved] = inNamespace([object('Service', 'reviews', { spec: 1 })], 'elsewhere');
  expect(moved).toEqual({
    ...object('Service', 'reviews', { spec: 1 }),
    metadata: { name: 'reviews', namespace: 'elsewhere' },
  });
});

test('the object that a step changes is found by kind and name, in whatever order they come', () => {
  const before = [
    object('Service', 'reviews'),
    object('DestinationRule', 'reviews'),
    object('VirtualService', 'reviews', { spec: 0 }),
  ];
  const after = [object('VirtualService', 'reviews', { spec: 10 }), before[1]!, before[0]!];
  expect(changedBetween(before, after)).toEqual([after[0]]);
});

test('steps with other objects are not compared', () => {
  const some = [object('Service', 'reviews')];
  expect(() => changedBetween(some, [object('Service', 'details')])).toThrow('not have the same objects');
  expect(() => changedBetween(some, [...some, object('A', 'b')])).toThrow('not have the same objects');
});
