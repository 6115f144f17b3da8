import * as k8s from '@pulumi/kubernetes';
import { serviceProgram, useStack } from '../support';

// The official plugin waits for a Service in another way, and says all of this in other words.

const context = useStack();

const service = (spec: k8s.types.input.core.v1.ServiceSpec, timeout?: string) => () =>
  serviceProgram(context.stack.namespace, spec, timeout)();

test('a Service that selects pods waits for one that is ready', async () => {
  const { stack, cluster } = context;
  const ports = [{ port: 80 }];
  const alone = await stack.up(service({ selector: { app: 'it' }, ports }));
  expect(alone.error).toContain('it targets no ready pod');

  const stop = cluster.keepPodsReady(stack.namespace);
  await cluster.apply(stack.path('pods', 'target'), {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'target', namespace: stack.namespace, labels: { app: 'it' } },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  });
  const served = await stack.up(service({ selector: { app: 'it' }, ports }, '60'));
  await stop();
  expect(served.error).toBeUndefined();
});

test('what is not ready in time, and what does not go, is said with the reason', async () => {
  const { stack, cluster } = context;
  const labels = { app: 'it' };
  const up = await stack.up(() => {
    new k8s.apps.v1.Deployment('it', {
      metadata: {
        name: 'it',
        namespace: stack.namespace,
        annotations: { 'pulumi.com/timeoutSeconds': '2' },
      },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'c', image: 'i' }], nodeSelector: { 'no-such': 'node' } },
        },
      },
    });
    return Promise.resolve();
  });
  expect(up.text).toContain('waiting: ');
  expect(up.error).toContain('not ready after 2 s');
  expect(up.error).toMatch(/pod it-\S+: Unschedulable/);
  const path = stack.path('deployments', 'it', '/apis/apps/v1');
  await cluster.merge(path, { metadata: { finalizers: ['example.com/hold'] } });
  const down = await stack.destroy();
  expect(down.error).toContain('still there after 2 s');
  expect(down.error).toContain('example.com/hold');
  await cluster.merge(path, { metadata: { finalizers: null } });
});
