import * as k8s from '@pulumi/kubernetes';
import { at, stringAt, type JsonObject } from '../../../../rehearsal/provider/json';
import { useStack } from '../support';

const context = useStack();

/** Applies one object, then another under the same resource name, and says what the engine did about it. */
async function change(before: JsonObject, after: JsonObject) {
  const { stack } = context;
  const declare = (object: JsonObject) => () => {
    const metadata = { namespace: stack.namespace, ...(object['metadata'] as JsonObject) };
    const { apiVersion, kind, ...rest } = object;
    new k8s.apiextensions.CustomResource('it', {
      ...rest,
      apiVersion: apiVersion as string,
      kind: kind as string,
      metadata,
    });
    return Promise.resolve();
  };
  const first = await stack.up(declare(before));
  expect(first.error).toBeUndefined();
  return { preview: await stack.preview(declare(after)), up: await stack.up(declare(after)) };
}

const deployment = (cpu: string, label = 'web', image = 'nginx'): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: label } },
    template: {
      metadata: { labels: { app: label } },
      spec: { containers: [{ name: 'c', image, resources: { requests: { cpu } } }] },
    },
  },
});

test('what means the same to the server is no change', async () => {
  const { preview, up } = await change(deployment('1000m'), deployment('1'));
  expect(preview.operations).toEqual({});
  expect(up.operations).toEqual({});
});

test('a change is told by its path, in preview and update alike', async () => {
  const { preview, up } = await change(deployment('1'), deployment('1', 'web', 'httpd'));
  const paths = { 'spec.template.spec.containers[0].image': 'update' };
  expect(preview.paths['it']).toEqual(paths);
  expect(up.paths['it']).toEqual(paths);
  expect(up.operations).toEqual({ it: 'update' });
});

test('a changed selector replaces the Deployment, deleting first because the name is taken', async () => {
  const { preview, up } = await change(deployment('1', 'one'), deployment('1', 'two'));
  expect(preview.error).toBeUndefined();
  expect(preview.operations).toEqual({ it: 'replace' });
  expect(up.error).toBeUndefined();
  expect(up.operations).toEqual({ it: 'replace' });
  expect(up.paths['it']?.['spec.selector.matchLabels.app']).toBe('update-replace');
  const live = await context.cluster.get(context.stack.path('deployments', 'web', '/apis/apps/v1'));
  expect(at(live, 'spec', 'selector', 'matchLabels', 'app')).toBe('two');
});

const configMap = (value: string, name = 'cm'): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { key: value },
});

test('a ConfigMap with a name is replaced when its data change', async () => {
  const { up } = await change(configMap('one'), configMap('two'));
  expect(up.operations).toEqual({ it: 'replace' });
  expect(at(await context.cluster.get(context.stack.path('configmaps', 'cm')), 'data', 'key')).toBe('two');
});

test('a ConfigMap is changed in place where the configuration allows it', async () => {
  await context.stack.setConfig('kubernetes:enableConfigMapMutable', 'true');
  const { up } = await change(configMap('one'), configMap('two'));
  expect(up.operations).toEqual({ it: 'update' });
});

test('a changed name makes a new object before the old one goes', async () => {
  const { stack, cluster } = context;
  const { up } = await change(configMap('one'), configMap('one', 'other'));
  expect(up.operations).toEqual({ it: 'replace' });
  expect(up.text.indexOf('creating replacement')).toBeLessThan(up.text.indexOf('deleting original'));
  expect(await cluster.get(stack.path('configmaps', 'cm'))).toBeUndefined();
  expect(stringAt(await stack.state('it'), 'id')).toBe(`${stack.namespace}/other`);
});

test('an autonamed object is replaced side by side, under a new name', async () => {
  const { stack } = context;
  const declare = (value: string) => () => {
    const cm = new k8s.core.v1.ConfigMap('auto', {
      metadata: { namespace: stack.namespace },
      data: { key: value },
    });
    return Promise.resolve({ name: cm.metadata.name });
  };
  await stack.up(declare('one'));
  const { name: first } = await stack.outputs();
  const { operations } = await stack.up(declare('two'));
  expect(operations).toEqual({ auto: 'replace' });
  const { name: second } = await stack.outputs();
  expect(second).toMatch(/^auto-/);
  expect(second).not.toBe(first);
});

const binding = (role: string): JsonObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name: 'binding' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
});

test("a RoleBinding's role cannot change in place", async () => {
  const { up } = await change(binding('view'), binding('edit'));
  expect(up.error).toBeUndefined();
  expect(up.operations).toEqual({ it: 'replace' });
  const path = context.stack.path('rolebindings', 'binding', '/apis/rbac.authorization.k8s.io/v1');
  expect(at(await context.cluster.get(path), 'roleRef', 'name')).toBe('edit');
});

test('a field that only the server knows to be immutable forces a replacement too', async () => {
  const replicaSet = (label: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'rc', annotations: { 'pulumi.com/skipAwait': 'true' } },
    spec: {
      replicas: 0,
      selector: { app: 'a' },
      template: {
        metadata: { labels: { app: 'a', label } },
        spec: { containers: [{ name: 'c', image: 'i' }] },
      },
    },
  });
  expect((await change(replicaSet('x'), replicaSet('y'))).up.operations).toEqual({ it: 'update' });
  const slice = (addressType: string, address: string): JsonObject => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'slice' },
    addressType,
    endpoints: [{ addresses: [address] }],
    ports: [],
  });
  const { up } = await change(slice('IPv4', '10.244.0.200'), slice('IPv6', 'fd00::1'));
  expect(up.error).toBeUndefined();
  expect(up.operations).toEqual({ it: 'replace' });
});

test('an invalid change fails the preview with the reason and leaves the object alone', async () => {
  const { preview, up } = await change(deployment('1'), deployment('-1'));
  for (const run of [preview, up]) {
    expect(run.error).toContain('spec.template.spec.containers[0].resources.requests[cpu]');
  }
});
