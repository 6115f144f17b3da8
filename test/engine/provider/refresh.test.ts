import * as k8s from '@pulumi/kubernetes';
import { at, stringAt } from '../../../rehearsal/provider/json';
import { labelsOf, useStack } from './support';

const context = useStack();

const configMap =
  (opts: { import?: string } = {}, data: Record<string, string> = { key: 'value' }) =>
  () => {
    new k8s.core.v1.ConfigMap(
      'cm',
      { metadata: { name: 'cm', namespace: context.stack.namespace }, data },
      opts,
    );
    return Promise.resolve();
  };

const deployment =
  (replicas?: number, force = false) =>
  () => {
    new k8s.apps.v1.Deployment('web', {
      metadata: {
        name: 'web',
        namespace: context.stack.namespace,
        labels: { mine: 'yes' },
        annotations: {
          'pulumi.com/skipAwait': 'true',
          ...(force ? { 'pulumi.com/patchForce': 'true' } : {}),
        },
      },
      spec: {
        replicas,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            containers: [
              {
                name: 'c',
                image: 'i',
                ports: [{ containerPort: 80 }],
                resources: { requests: { cpu: '1000m' } },
              },
            ],
          },
        },
      },
    });
    return Promise.resolve();
  };

const DEPLOYMENT = () => context.stack.path('deployments', 'web', '/apis/apps/v1');

test('what others added and what the server filled in is no drift', async () => {
  const { stack, cluster } = context;
  await stack.up(deployment());
  const inputs = at(await stack.state('web'), 'inputs');
  await cluster
    .merge(DEPLOYMENT(), {
      metadata: { labels: { theirs: 'yes' } },
      spec: { replicas: 3, template: { spec: { containers: [{ name: 'c', image: 'i' }] } } },
    })
    .catch(() => undefined);
  await cluster.apply(DEPLOYMENT(), {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels: { theirs: 'yes' } },
    spec: { replicas: 3 },
  });
  const refresh = await stack.refresh();
  expect(refresh.error).toBeUndefined();
  expect(refresh.operations).toEqual({});
  const state = await stack.state('web');
  expect(at(state, 'outputs', 'metadata', 'labels', 'theirs')).toBe('yes');
  expect(at(state, 'inputs', 'metadata')).toEqual(at(inputs, 'metadata'));
  expect((await stack.up()).operations).toEqual({});
});

test('a field of ours that somebody changed is drift; the update names the manager and stops, or takes it back by force', async () => {
  const { stack, cluster } = context;
  await stack.up(deployment(1));
  await cluster.merge(DEPLOYMENT(), { spec: { replicas: 3 }, metadata: { labels: { mine: null } } });

  const refresh = await stack.refresh();
  expect(refresh.operations).toEqual({ web: 'update' });
  expect(refresh.paths['web']).toEqual({ 'spec.replicas': 'update', 'metadata.labels.mine': 'delete' });
  expect(at(await stack.state('web'), 'inputs', 'spec', 'replicas')).toBe(3);

  const preview = await stack.preview(deployment(1));
  expect(preview.error).toContain('kubectl-edit');
  expect(preview.error).toContain('spec.replicas');
  expect(preview.error).toContain('pulumi.com/patchForce');
  const up = await stack.up();
  expect(up.error).toContain('kubectl-edit');
  expect(at(await cluster.get(DEPLOYMENT()), 'spec', 'replicas')).toBe(3);

  const forced = await stack.up(deployment(1, true));
  expect(forced.error).toBeUndefined();
  expect(at(await cluster.get(DEPLOYMENT()), 'spec', 'replicas')).toBe(1);
  expect(labelsOf(await cluster.get(DEPLOYMENT()))).toEqual({ mine: 'yes' });
});

test('an object that is gone leaves the state, and comes back with the next update', async () => {
  const { stack, cluster } = context;
  await stack.up(configMap());
  await cluster.remove(stack.path('configmaps', 'cm'));
  expect((await stack.refresh()).operations).toEqual({ cm: 'delete' });
  expect(await stack.state('cm')).toBeUndefined();
  expect((await stack.up(configMap())).operations).toEqual({ cm: 'create' });
});

test('imports an object by namespace/name, and manages it from then on', async () => {
  const { stack, cluster } = context;
  const path = stack.path('configmaps', 'cm');
  await cluster.apply(path, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'cm', labels: { theirs: 'yes' } },
    data: { key: 'value' },
  });
  const imported = await stack.up(configMap({ import: `${stack.namespace}/cm` }));
  expect(imported.error).toBeUndefined();
  expect(stringAt(await stack.state('cm'), 'id')).toBe(`${stack.namespace}/cm`);
  expect((await stack.up(configMap())).operations).toEqual({});
  expect((await stack.destroy()).operations).toEqual({ cm: 'delete' });
  expect(await cluster.get(path)).toBeUndefined();
});

test('imports a cluster-scoped object by name and reads objects it does not own', async () => {
  const { stack } = context;
  const run = await stack.up(() => {
    const namespace = k8s.core.v1.Namespace.get('existing', stack.namespace);
    const gateway = k8s.core.v1.Service.get('api', 'default/kubernetes');
    return Promise.resolve({ phase: namespace.status.phase, ip: gateway.spec.clusterIP });
  });
  expect(run.error).toBeUndefined();
  expect(run.outputs['phase']).toBe('Active');
  expect(run.outputs['ip']).toMatch(/^10\./);
});
