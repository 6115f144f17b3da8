import * as k8s from '@pulumi/kubernetes';
import { at, stringAt, textAt } from '../../../../rehearsal/provider/json';
import { labelsOf, pulumi, useStack } from '../support';

const context = useStack();

const configMap = (labels: Record<string, string>) => () => {
  new k8s.core.v1.ConfigMap('cm', {
    metadata: { name: 'cm', namespace: context.stack.namespace, labels },
    data: { key: 'value' },
  });
  return Promise.resolve();
};

test('creates, leaves alone, updates in place, really removes a removed field, deletes', async () => {
  const { stack, cluster } = context;
  const path = stack.path('configmaps', 'cm');

  expect((await stack.up(configMap({ a: '1', b: '2' }))).operations).toEqual({ cm: 'create' });
  expect(labelsOf(await cluster.get(path))).toEqual({ a: '1', b: '2' });

  expect((await stack.up()).operations).toEqual({});

  const update = await stack.up(configMap({ a: '3' }));
  expect(update.operations).toEqual({ cm: 'update' });
  expect(update.paths['cm']).toEqual({ 'metadata.labels.a': 'update', 'metadata.labels.b': 'delete' });
  expect(labelsOf(await cluster.get(path))).toEqual({ a: '3' });

  expect((await stack.destroy()).operations).toEqual({ cm: 'delete' });
  expect(await cluster.get(path)).toBeUndefined();
});

test('names an object that has no name, marks it, and keeps the name', async () => {
  const { stack, cluster } = context;
  const program = (label: string) => () => {
    const cm = new k8s.core.v1.ConfigMap('auto', {
      metadata: { namespace: stack.namespace, labels: { label } },
    });
    return Promise.resolve({ name: cm.metadata.name });
  };
  await stack.up(program('one'));
  const name = textAt(await stack.outputs(), 'name');
  expect(name).toMatch(/^auto-[0-9a-f]{8}$/);
  const object = await cluster.get(stack.path('configmaps', name));
  expect(at(object, 'metadata', 'annotations', 'pulumi.com/autonamed')).toBe('true');
  const second = await stack.up(program('two'));
  expect(await stack.outputs()).toEqual({ name });
  expect(second.operations).toEqual({ auto: 'update' });
});

test('fills in the default namespace of the provider configuration', async () => {
  const { stack, cluster } = context;
  await stack.setConfig('kubernetes:namespace', stack.namespace);
  await stack.up(() => {
    new k8s.core.v1.ConfigMap('cm', { metadata: { name: 'cm' } });
    return Promise.resolve();
  });
  expect(await cluster.get(stack.path('configmaps', 'cm'))).toBeDefined();
  expect(stringAt(await stack.state('cm'), 'id')).toBe(`${stack.namespace}/cm`);
});

test('previews a custom resource before its definition exists, then installs both in one update', async () => {
  const { stack, cluster } = context;
  const group = `${stack.namespace}.example.com`;
  const program = () => {
    const crd = new k8s.apiextensions.v1.CustomResourceDefinition('crd', {
      metadata: { name: `widgets.${group}` },
      spec: {
        group,
        scope: 'Cluster',
        names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
              },
            },
          },
        ],
      },
    });
    const widget = new k8s.apiextensions.CustomResource(
      'widget',
      { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: 'one' }, spec: { size: 3 } },
      { dependsOn: crd },
    );
    return Promise.resolve({ id: widget.id });
  };
  const preview = await stack.preview(program);
  expect(preview.error).toBeUndefined();
  expect(preview.operations).toEqual({ crd: 'create', widget: 'create' });

  expect((await stack.up()).operations).toEqual({ crd: 'create', widget: 'create' });
  expect(at(await cluster.get(`/apis/${group}/v1/widgets/one`), 'spec', 'size')).toBe(3);
  // The kind turned out to be cluster-scoped: the namespace assumed at first is no difference.
  expect((await stack.up()).operations).toEqual({});
  expect((await stack.destroy()).error).toBeUndefined();
  expect(
    await cluster.get(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.${group}`),
  ).toBeUndefined();
});

test('previews unknown values and a namespace that does not exist yet', async () => {
  const { stack } = context;
  const name = `${stack.namespace}-later`;
  const program = () => {
    const namespace = new k8s.core.v1.Namespace('later', { metadata: { name } });
    new k8s.core.v1.ConfigMap(
      'in-it',
      { metadata: { namespace: name, name: 'in-it' } },
      { dependsOn: namespace },
    );
    const service = new k8s.core.v1.Service(
      'service',
      { metadata: { namespace: name, name: 'service' }, spec: { ports: [{ port: 80 }] } },
      { dependsOn: namespace },
    );
    new k8s.core.v1.ConfigMap('of-service', {
      metadata: { namespace: name, name: 'of-service' },
      data: { ip: service.spec.clusterIP, uid: service.metadata.uid },
    });
    return Promise.resolve({ ip: service.spec.clusterIP });
  };
  const preview = await stack.preview(program);
  expect(preview.error).toBeUndefined();
  expect(Object.values(preview.operations)).toEqual(['create', 'create', 'create', 'create']);
  const up = await stack.up();
  expect(up.error).toBeUndefined();
  expect((await stack.outputs())['ip']).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  expect((await stack.destroy()).error).toBeUndefined();
});

test('an explicit provider takes a kubeconfig and a namespace', async () => {
  const { stack, cluster } = context;
  const run = await stack.up(() => {
    const provider = new k8s.Provider('explicit', {
      kubeconfig: process.env['REHEARSAL_KUBECONFIG'],
      namespace: stack.namespace,
    });
    new k8s.core.v1.ConfigMap('cm', { metadata: { name: 'cm' } }, { provider });
    return Promise.resolve(pulumi.output({}));
  });
  expect(run.error).toBeUndefined();
  expect(await cluster.get(stack.path('configmaps', 'cm'))).toBeDefined();
});
