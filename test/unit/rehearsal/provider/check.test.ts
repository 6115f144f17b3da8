import { check, type CheckInput } from '../../../../rehearsal/provider/check';
import { autoName, managerOf, objectId, parseId, randomSuffix } from '../../../../rehearsal/provider/naming';
import { UNKNOWN } from '../../../../rehearsal/provider/wire';

const input = (more: Partial<CheckInput>): CheckInput => ({
  type: 'kubernetes:core/v1:ConfigMap',
  resourceName: 'settings',
  olds: {},
  news: {},
  naming: { disabled: false, suffix: () => 'deadbeef' },
  defaultNamespace: () => Promise.resolve('shop'),
  ...more,
});

test('fills in apiVersion, kind, name and namespace, and marks the name as made up', async () => {
  expect(await check(input({}))).toEqual({
    inputs: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'settings-deadbeef',
        namespace: 'shop',
        annotations: { 'pulumi.com/autonamed': 'true' },
      },
    },
    failures: [],
  });
});

test('keeps what the program gave', async () => {
  const news = { metadata: { name: 'mine', namespace: 'here', labels: { a: 'b' } }, data: { k: 'v' } };
  const { inputs } = await check(input({ news }));
  expect(inputs).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', ...news });
});

test('keeps a name made up before', async () => {
  const { inputs } = await check(input({}));
  const again = await check(input({ olds: inputs, naming: { disabled: false, suffix: () => 'otherone' } }));
  expect(again.inputs).toEqual(inputs);
});

test('takes generateName as the beginning of the name, the proposed name as a whole, and may be told not to name', async () => {
  const generated = await check(input({ news: { metadata: { generateName: 'job-' } } }));
  expect(generated.inputs['metadata']).toMatchObject({ name: 'job-deadbeef' });
  const proposed = await check(input({ naming: { disabled: false, suffix: () => 'x', proposed: 'wanted' } }));
  expect(proposed.inputs['metadata']).toMatchObject({ name: 'wanted' });
  const disabled = await check(input({ naming: { disabled: true, suffix: () => 'x' } }));
  expect(disabled.failures).toEqual([
    { property: 'metadata.name', reason: 'is required: automatic naming is switched off' },
  ]);
});

test('asks nobody about the namespace of a cluster-scoped object that it knows', async () => {
  const olds = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
  const defaultNamespace = jest.fn();
  const type = 'kubernetes:core/v1:Namespace';
  const { inputs } = await check(input({ type, olds, news: olds, defaultNamespace }));
  expect(inputs).toEqual(olds);
  expect(defaultNamespace).not.toHaveBeenCalled();
});

test('lets unknown values pass', async () => {
  const news = {
    metadata: { name: UNKNOWN, namespace: UNKNOWN, annotations: { 'pulumi.com/skipAwait': UNKNOWN } },
  };
  expect((await check(input({ news }))).failures).toEqual([]);
  expect((await check(input({ news: { metadata: UNKNOWN } }))).failures).toEqual([]);
});

test('reports all problems at once', async () => {
  const annotations = {
    'pulumi.com/skipAwait': 'yes',
    'pulumi.com/timeoutSeconds': '0',
    'pulumi.com/deletionPropagationPolicy': 'later',
    'pulumi.com/waitFor': 'jsonpath={.a}',
  };
  const news = { apiVersion: 1, metadata: { name: 2, annotations } };
  const { failures } = await check(input({ news }));
  expect(failures.map(({ property }) => property)).toEqual([
    'apiVersion',
    ...Object.keys(annotations).map((name) => `metadata.annotations["${name}"]`),
    'metadata.name',
  ]);
  expect((await check(input({ news: { metadata: 'text' } }))).failures).toEqual([
    { property: 'metadata', reason: 'must be an object' },
  ]);
});

test.each([
  ['kubernetes:helm.sh/v3:Release', 'Helm'],
  ['kubernetes:helm.sh/v4:Chart', 'Helm'],
  ['kubernetes:yaml/v2:ConfigGroup', 'YAML'],
  ['kubernetes:kustomize/v2:Directory', 'kustomize'],
  ['kubernetes:apps/v1:DeploymentPatch', 'patch'],
  ['kubernetes:apps/v1:DeploymentList', 'list kinds'],
  ['kubernetes:rbac.authorization.k8s.io/v1:RoleList', 'list kinds'],
  ['aws:s3:Bucket', 'does not know'],
])('refuses %s', async (type, word) => {
  const { failures } = await check(input({ type }));
  expect(failures).toHaveLength(1);
  expect(failures[0]?.reason).toContain(word);
  expect(failures[0]?.reason).toContain(type);
});

test('a custom kind may end in List', async () => {
  const type = 'kubernetes:example.com/v1:AllowList';
  expect((await check(input({ type }))).failures).toEqual([]);
});

test('names are made from the seed, and fit into a label', () => {
  const seed = new Uint8Array([1, 2, 3]);
  expect(randomSuffix(seed, 'urn')).toBe(randomSuffix(seed, 'urn'));
  expect(randomSuffix(seed, 'urn')).not.toBe(randomSuffix(seed, 'other'));
  expect(randomSuffix(undefined, 'urn')).toMatch(/^[0-9a-f]{8}$/);
  expect(autoName('x'.repeat(80), 'deadbeef')).toHaveLength(63);
});

test('ids say the namespace, and are read back', () => {
  expect(parseId(objectId('web', 'shop'))).toEqual({ name: 'web', namespace: 'shop' });
  expect(parseId(objectId('system:node', undefined))).toEqual({ name: 'system:node' });
});

test('a resource has one field manager of its own', () => {
  expect(managerOf('urn:a')).toMatch(/^pulumi-kubernetes-[0-9a-f]{8}$/);
  expect(managerOf('urn:a')).not.toBe(managerOf('urn:b'));
});
