import * as k8s from '@pulumi/kubernetes';
import { at } from '../../../../rehearsal/provider/json';
import { useStack } from '../support';

const context = useStack();

const configMap = (annotations: Record<string, string>) => () => {
  const { namespace } = context.stack;
  new k8s.core.v1.ConfigMap('cm', { metadata: { name: 'cm', namespace, annotations } });
  return Promise.resolve();
};

const PATH = () => context.stack.path('configmaps', 'cm');
const holdBack = () => context.cluster.merge(PATH(), { metadata: { finalizers: ['example.com/hold'] } });
const letGo = () => context.cluster.merge(PATH(), { metadata: { finalizers: null } });

test('waits for finalizers, and is done when they are', async () => {
  const { stack, cluster } = context;
  await stack.up(configMap({ 'pulumi.com/timeoutSeconds': '60' }));
  await holdBack();
  const destroy = stack.destroy();
  for (;;) {
    if (at(await cluster.get(PATH()), 'metadata', 'deletionTimestamp') !== undefined) break;
    await new Promise((done) => setTimeout(done, 100));
  }
  let hasEnded = false;
  void destroy.then(() => (hasEnded = true));
  expect(await stack.state('cm')).toBeDefined();
  expect(hasEnded).toBe(false);
  await letGo();
  expect((await destroy).error).toBeUndefined();
  expect(await stack.state('cm')).toBeUndefined();
});

test('an object that a finalizer keeps is an error, and stays in the state', async () => {
  const { stack } = context;
  await stack.up(configMap({ 'pulumi.com/timeoutSeconds': '2' }));
  await holdBack();
  const destroy = await stack.destroy();
  expect(destroy.error).toBeDefined();
  expect(await stack.state('cm')).toBeDefined();
  await letGo();
  expect((await stack.destroy()).error).toBeUndefined();
});

test('an object that is already gone counts as deleted', async () => {
  const { stack, cluster } = context;
  await stack.up(configMap({}));
  await cluster.remove(PATH());
  expect((await stack.destroy()).error).toBeUndefined();
});

test('does not wait where told so', async () => {
  const { stack } = context;
  await stack.up(configMap({ 'pulumi.com/skipAwait': 'true' }));
  await holdBack();
  expect((await stack.destroy()).error).toBeUndefined();
  await letGo();
});

test.each([
  ['foreground', false],
  ['background', false],
  ['orphan', true],
])('deletes dependents by the %s policy', async (policy, survives) => {
  const { stack, cluster } = context;
  const labels = { app: 'owned' };
  await stack.up(() => {
    new k8s.apps.v1.ReplicaSet('owner', {
      metadata: {
        name: 'owner',
        namespace: stack.namespace,
        annotations: { 'pulumi.com/deletionPropagationPolicy': policy },
      },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      },
    });
    return Promise.resolve();
  });
  const pods = async () => {
    const list = await cluster.get(`/api/v1/namespaces/${stack.namespace}/pods`);
    return (at(list, 'items') as unknown[]).length;
  };
  for (let tries = 0; (await pods()) === 0 && tries < 200; tries++)
    await new Promise((done) => setTimeout(done, 100));
  expect(await pods()).toBe(1);
  expect((await stack.destroy()).error).toBeUndefined();
  if (policy === 'background') {
    for (let tries = 0; (await pods()) > 0 && tries < 200; tries++)
      await new Promise((done) => setTimeout(done, 100));
  }
  expect((await pods()) > 0).toBe(survives);
});
