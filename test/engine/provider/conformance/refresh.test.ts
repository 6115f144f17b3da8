import * as k8s from '@pulumi/kubernetes';
import { at, isObject, listAt, objectAt, stringAt } from '../../../../rehearsal/provider/json';
import { labelsOf, useStack } from '../support';

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
        labels: { mine: 'yes', also: 'mine' },
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

test('a CA bundle that another manager writes into a webhook is no drift, a removed webhook is', async () => {
  const { stack, cluster } = context;
  const path = `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${stack.namespace}`;
  const rules = [
    { operations: ['CREATE'], apiGroups: ['example.com'], apiVersions: ['v1'], resources: ['none'] },
  ];
  const webhook = (name: string) => ({
    name,
    clientConfig: { url: 'https://127.0.0.1:1/validate' },
    rules,
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
  });
  const run = await stack.up(() => {
    new k8s.admissionregistration.v1.ValidatingWebhookConfiguration('hooks', {
      metadata: { name: stack.namespace },
      webhooks: [webhook('a.example.com'), webhook('b.example.com')],
    });
    return Promise.resolve();
  });
  expect(run.error).toBeUndefined();
  const caBundle = Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64');
  const live = await cluster.get(path);
  const webhooks = listAt(live, 'webhooks').filter(isObject);
  webhooks[0]!['clientConfig'] = { ...objectAt(webhooks[0], 'clientConfig'), caBundle };
  await cluster.merge(path, { webhooks }, 'pilot-discovery').catch((error: Error) => {
    // The server looks into the bundle; then any other field the program does not set will do.
    expect(error.message).toContain('caBundle');
    webhooks[0]!['clientConfig'] = { url: 'https://127.0.0.1:1/validate' };
    return cluster.merge(
      path,
      { webhooks: [{ ...webhooks[0], timeoutSeconds: 7 }, webhooks[1]!] },
      'pilot-discovery',
    );
  });
  expect((await stack.refresh()).operations).toEqual({});
  expect((await stack.up()).operations).toEqual({});

  await cluster.merge(path, { webhooks: [webhooks[1]!] });
  expect((await stack.refresh()).operations).toEqual({ hooks: 'update' });
  expect(listAt(await stack.state('hooks'), 'inputs', 'webhooks')).toHaveLength(1);
  expect((await stack.destroy()).error).toBeUndefined();
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
  expect(labelsOf(await cluster.get(DEPLOYMENT()))).toEqual({ mine: 'yes', also: 'mine' });
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
  const outputs = await stack.outputs();
  expect(outputs['phase']).toBe('Active');
  expect(outputs['ip']).toMatch(/^10\./);
});
