import fc from 'fast-check';
import { decide, explain, leafChanges } from '../../../../rehearsal/provider/diff';
import { equal, formatPath, type JsonObject } from '../../../../rehearsal/provider/json';

const options = { configMapMutable: false, secretMutable: false };
const paths = (changes: readonly { path: readonly (string | number)[] }[]) =>
  changes.map(({ path }) => formatPath(path));

test('finds the single values that differ', () => {
  const before = { a: 1, b: { c: [1, 2, 3] }, gone: true };
  const after = { a: 2, b: { c: [1, 5] }, fresh: { x: 1 } };
  expect(leafChanges(before, after)).toEqual([
    { path: ['a'], kind: 'update' },
    { path: ['b', 'c', 1], kind: 'update' },
    { path: ['b', 'c', 2], kind: 'delete' },
    { path: ['gone'], kind: 'delete' },
    { path: ['fresh'], kind: 'add' },
  ]);
});

test('there is a change exactly when the values differ, and no path is told twice', () => {
  const value = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 2 }));
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [before, after] = [JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))] as [
        JsonObject,
        JsonObject,
      ];
      const changes = paths(leafChanges(before, after));
      expect(new Set(changes).size).toBe(changes.length);
      const nullish = JSON.stringify([before, after]).includes('null');
      if (!nullish) expect(changes.length === 0).toBe(equal(before, after));
    }),
  );
});

const live = {
  metadata: { resourceVersion: '1', uid: 'u' },
  spec: { cpu: '1', replicas: 1 },
  status: { ready: 1 },
};
const run = (predicted: JsonObject, ownershipChanges = false) => ({ live, predicted, ownershipChanges });

test('what the server takes for the same is no change, unless it would be owned anew', () => {
  const [before, after] = [{ spec: { cpu: '1000m' } }, { spec: { cpu: '1' } }];
  const same = { ...live, metadata: { resourceVersion: '2' }, status: {} };
  expect(explain(before, after, run(same))).toEqual([]);
  expect(paths(explain(before, after, run(same, true)))).toEqual(['spec.cpu']);
});

test('without a dry run the inputs tell the difference', () => {
  expect(explain({ a: 1 }, { a: 2 }, undefined)).toEqual([
    { path: ['a'], kind: 'update', replace: false, inputDiff: true },
  ]);
});

test('fields that the apply would bring back are told, as differences of the object', () => {
  const predicted = { ...live, spec: { cpu: '2', replicas: 5 } };
  const changes = explain(
    { spec: { cpu: '1', replicas: 5 } },
    { spec: { cpu: '2', replicas: 5 } },
    run(predicted),
  );
  expect(changes).toEqual([
    { path: ['spec', 'cpu'], kind: 'update', replace: false, inputDiff: true },
    { path: ['spec', 'replicas'], kind: 'update', replace: false, inputDiff: false },
  ]);
});

test('a change of stringData is seen in data', () => {
  const secret = (value: string) => ({ metadata: {}, data: { token: value } });
  const dry = { live: secret('b25l'), predicted: secret('dHdv'), ownershipChanges: false };
  const changes = explain({ stringData: { token: 'one' } }, { stringData: { token: 'two' } }, dry);
  expect(paths(changes)).toEqual(['stringData.token']);
});

const base = (kind: string, apiVersion = 'v1', more: JsonObject = {}): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name: 'it', namespace: 'here' },
  ...more,
});
const outcome = (before: JsonObject, after: JsonObject, opts = options) =>
  decide(explain(before, after, undefined), before, after, opts);

test.each<[string, JsonObject, JsonObject, boolean]>([
  [
    'apps Deployment selector',
    base('Deployment', 'apps/v1', { spec: { selector: { a: 'b' } } }),
    { spec: { selector: { a: 'c' } } },
    true,
  ],
  [
    'apps Deployment replicas',
    base('Deployment', 'apps/v1', { spec: { replicas: 1 } }),
    { spec: { replicas: 2 } },
    false,
  ],
  [
    'StatefulSet service',
    base('StatefulSet', 'apps/v1', { spec: { serviceName: 'a' } }),
    { spec: { serviceName: 'b' } },
    true,
  ],
  [
    'DaemonSet selector',
    base('DaemonSet', 'apps/v1', { spec: { selector: { a: 'b' } } }),
    { spec: { selector: {} } },
    true,
  ],
  [
    'Job template',
    base('Job', 'batch/v1', { spec: { template: { a: 1 } } }),
    { spec: { template: { a: 2 } } },
    true,
  ],
  [
    'Service clusterIP',
    base('Service', 'v1', { spec: { clusterIP: '10.0.0.1' } }),
    { spec: { clusterIP: 'None' } },
    true,
  ],
  [
    'Service ports',
    base('Service', 'v1', { spec: { ports: [{ port: 1 }] } }),
    { spec: { ports: [{ port: 2 }] } },
    false,
  ],
  ['ConfigMap data', base('ConfigMap', 'v1', { data: { a: 'b' } }), { data: { a: 'c' } }, true],
  ['Secret stringData', base('Secret', 'v1', { stringData: { a: 'b' } }), { stringData: { a: 'c' } }, true],
  [
    'PVC class',
    base('PersistentVolumeClaim', 'v1', { spec: { storageClassName: 'a' } }),
    { spec: { storageClassName: 'b' } },
    true,
  ],
  [
    'PVC size',
    base('PersistentVolumeClaim', 'v1', { spec: { resources: { requests: { storage: '1Gi' } } } }),
    { spec: { resources: { requests: { storage: '2Gi' } } } },
    false,
  ],
  [
    'RoleBinding roleRef',
    base('RoleBinding', 'rbac.authorization.k8s.io/v1', { roleRef: { name: 'a' } }),
    { roleRef: { name: 'b' } },
    true,
  ],
  [
    'StorageClass parameters',
    base('StorageClass', 'storage.k8s.io/v1', { parameters: { a: 'b' } }),
    { parameters: { a: 'c' } },
    true,
  ],
  ['Pod node', base('Pod', 'v1', { spec: { nodeName: 'a' } }), { spec: { nodeName: 'b' } }, true],
  [
    'Pod image',
    base('Pod', 'v1', { spec: { containers: [{ image: 'a' }] } }),
    { spec: { containers: [{ image: 'b' }] } },
    false,
  ],
  [
    'Pod arguments',
    base('Pod', 'v1', { spec: { containers: [{ args: ['a'] }] } }),
    { spec: { containers: [{ args: ['b'] }] } },
    true,
  ],
  [
    'PersistentVolume source',
    base('PersistentVolume', 'v1', { spec: { hostPath: { path: 'a' } } }),
    { spec: { hostPath: { path: 'b' } } },
    true,
  ],
  [
    'PersistentVolume size',
    base('PersistentVolume', 'v1', { spec: { capacity: { storage: '1' } } }),
    { spec: { capacity: { storage: '2' } } },
    false,
  ],
  [
    'labels',
    base('ConfigMap', 'v1', { metadata: { labels: { a: 'b' } } }),
    { metadata: { labels: { a: 'c' } } },
    false,
  ],
  ['another group', base('Ingress', 'extensions/v1beta1'), { apiVersion: 'networking.k8s.io/v1' }, true],
  ['another version', base('Widget', 'example.com/v1beta1'), { apiVersion: 'example.com/v1' }, false],
  [
    'a Deployment of another group',
    base('Deployment', 'example.com/v1', { spec: { selector: 'a' } }),
    { spec: { selector: 'b' } },
    false,
  ],
])('%s: replaced is %s', (_title, before, change, replaced) => {
  const { changes } = outcome(before, { ...before, ...change });
  expect(changes.length).toBeGreaterThan(0);
  expect(changes.some(({ replace }) => replace)).toBe(replaced);
});

test('a replacement deletes first only when the new object must have the old name', () => {
  const before = base('ConfigMap', 'v1', { data: { a: 'b' } });
  expect(outcome(before, { ...before, data: { a: 'c' } }).deleteBeforeReplace).toBe(true);
  const renamed = { ...before, metadata: { name: 'other', namespace: 'here' } };
  expect(outcome(before, renamed)).toMatchObject({
    deleteBeforeReplace: false,
    changes: [{ replace: true }],
  });
  const moved = { ...before, metadata: { name: 'it', namespace: 'there' } };
  expect(outcome(before, moved)).toMatchObject({ deleteBeforeReplace: false, changes: [{ replace: true }] });
  const metadata = { name: 'it-1', namespace: 'here', annotations: { 'pulumi.com/autonamed': 'true' } };
  const autonamed = { ...before, metadata };
  expect(outcome(autonamed, { ...autonamed, data: {} }).deleteBeforeReplace).toBe(false);
  expect(outcome(before, { ...before, extra: 1 }).deleteBeforeReplace).toBe(false);
});

test('ConfigMaps and Secrets change in place where allowed, and where they are not immutable', () => {
  const mutable = { configMapMutable: true, secretMutable: true };
  for (const kind of ['ConfigMap', 'Secret']) {
    const before = base(kind, 'v1', { data: { a: 'b' } });
    const replaced = (from: JsonObject) =>
      outcome(from, { ...from, data: { a: 'c' } }, mutable).changes.some(({ replace }) => replace);
    expect(replaced(before)).toBe(false);
    expect(replaced({ ...before, immutable: true })).toBe(true);
  }
  const typed = base('Secret', 'v1', { type: 'a' });
  expect(outcome(typed, { ...typed, type: 'b' }, mutable).changes[0]?.replace).toBe(true);
});

test('a field the server calls immutable is replaced; when it names none of ours, all are', () => {
  const before = base('Widget', 'example.com/v1', { spec: { a: 1, b: 1 } });
  const after = { ...before, spec: { a: 2, b: 2 } };
  const marks = (immutable: string[]) =>
    decide(explain(before, after, undefined), before, after, options, immutable).changes.map(
      ({ replace }) => replace,
    );
  expect(marks(['spec.a'])).toEqual([true, false]);
  expect(marks(['spec'])).toEqual([true, true]);
  expect(marks(['something.else'])).toEqual([true, true]);
  expect(marks([])).toEqual([false, false]);
});
