import * as k8s from '@pulumi/kubernetes';
import { at } from '../../../../rehearsal/provider/json';
import { pulumi, useStack } from '../support';

const context = useStack();
const MARK = 'marked-token-3f81';
const ENCODED = Buffer.from(MARK).toString('base64');

function expectNowhere(text: string) {
  const state = context.stack.stored();
  expect(state).toContain('provider-test');
  for (const form of [MARK, ENCODED]) {
    expect(state).not.toContain(form);
    expect(text).not.toContain(form);
  }
}

test("a Secret's values are secret in state, outputs and diffs, also after a refresh", async () => {
  const { stack, cluster } = context;
  const declare = (suffix: string, label: string) => () => {
    const secret = new k8s.core.v1.Secret('secret', {
      metadata: { name: 'secret', namespace: stack.namespace, labels: { label } },
      stringData: { token: `${MARK}${suffix}` },
    });
    return Promise.resolve({ data: secret.data });
  };
  const first = await stack.up(declare('', 'a'));
  expect(first.error).toBeUndefined();
  expect(at(await cluster.get(stack.path('secrets', 'secret')), 'data', 'token')).toBe(ENCODED);
  expectNowhere(first.text);
  const refresh = await stack.refresh();
  expect(refresh.operations).toEqual({});
  expectNowhere(refresh.text);
  const label = await stack.up(declare('', 'b'));
  expect(label.operations).toEqual({ secret: 'update' });
  expect(label.paths['secret']).toEqual({ 'metadata.labels.label': 'update' });
  expectNowhere(label.text);
  const value = await stack.up(declare('-changed', 'b'));
  expect(value.operations).toEqual({ secret: 'replace' });
  expectNowhere(value.text);
});

test('an imported or read Secret is secret, though nobody said so', async () => {
  const { stack, cluster } = context;
  await cluster.apply(stack.path('secrets', 'theirs'), {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'theirs' },
    stringData: { token: MARK },
  });
  const run = await stack.up(() => {
    const secret = k8s.core.v1.Secret.get('theirs', `${stack.namespace}/theirs`);
    return Promise.resolve({ data: secret.data });
  });
  expect(run.error).toBeUndefined();
  expectNowhere(run.text);
});

test('a secret input of any other object stays secret', async () => {
  const { stack } = context;
  const run = await stack.up(() => {
    new k8s.core.v1.ConfigMap('cm', {
      metadata: { name: 'cm', namespace: stack.namespace },
      data: { token: pulumi.secret(MARK) },
    });
    new k8s.apps.v1.Deployment('web', {
      metadata: { name: 'web', namespace: stack.namespace },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            containers: [{ name: 'c', image: 'i', env: [{ name: 'TOKEN', value: pulumi.secret(MARK) }] }],
          },
        },
      },
    });
    return Promise.resolve();
  });
  expect(run.error).toBeUndefined();
  expectNowhere(run.text);
  expectNowhere((await stack.refresh()).text);
});

test('an error that quotes a secret value is blanked out', async () => {
  const { stack } = context;
  const run = await stack.up(() => {
    new k8s.core.v1.Service('service', {
      metadata: {
        name: 'service',
        namespace: stack.namespace,
        labels: { token: pulumi.secret(`${MARK} not a label`) },
      },
      spec: { ports: [{ port: 80 }] },
    });
    return Promise.resolve();
  });
  expect(run.error).toContain('[secret]');
  expectNowhere(`${run.text}${run.error}`);
});
