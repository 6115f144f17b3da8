import { at, stringAt } from '../../../../rehearsal/provider/json';
import { useStack } from '../support';
import { processesIn } from '../../../support/processes';
import { until } from '../../../support/until';

const MARK = `provider-process-test-${process.pid}`;
const context = useStack({ PROVIDER_TEST_MARK: MARK });

/** Processes of this test's engine runs whose command line has the word in it. */
const ours = (word: string): readonly number[] =>
  processesIn(`PROVIDER_TEST_MARK=${MARK}`)
    .filter(({ line }) => line.includes(word))
    .map(({ pid }) => pid);

/** A Deployment that never gets ready, so that an update can be hit while it waits. */
const script = (namespace: string, ready: boolean) => `
  const k8s = require('@pulumi/kubernetes');
  const labels = { app: 'it' };
  new k8s.apps.v1.Deployment('it', {
    metadata: { name: 'it', namespace: '${namespace}', annotations: { 'pulumi.com/timeoutSeconds': '60' } },
    spec: {
      replicas: ${ready ? 0 : 1},
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'c', image: 'i' }], nodeSelector: { 'no-such': 'node' } },
      },
    },
  });`;

const deployment = () => context.cluster.get(context.stack.path('deployments', 'it', '/apis/apps/v1'));

test('a killed plugin fails the update; the next one takes over what it had created', async () => {
  const { stack } = context;
  const broken = stack.upScript(script(stack.namespace, false));
  await until('the deployment is there', async () => (await deployment()) !== undefined);
  const uid = at(await deployment(), 'metadata', 'uid');
  const plugins = ours('pulumi-resource-kubernetes');
  expect(plugins.length).toBeGreaterThan(0);
  plugins.forEach((pid) => process.kill(pid, 'SIGKILL'));
  expect((await broken).error).toBeDefined();
  expect(await stack.state('it')).toBeUndefined();

  const next = await stack.upScript(script(stack.namespace, true));
  expect(next.error).toBeUndefined();
  expect(at(await deployment(), 'metadata', 'uid')).toBe(uid);
  expect(stringAt(await stack.state('it'), 'id')).toBe(`${stack.namespace}/it`);
});

test('a killed engine leaves no plugin behind, and the next update works', async () => {
  const { stack } = context;
  const broken = stack.upScript(script(stack.namespace, false));
  await until('the deployment is there', async () => (await deployment()) !== undefined);
  const plugins = ours('pulumi-resource-kubernetes');
  expect(plugins.length).toBeGreaterThan(0);
  ours('pulumi ').forEach((pid) => process.kill(pid, 'SIGKILL'));
  expect((await broken).error).toBeDefined();
  await until('no plugin runs', () => ours('pulumi-resource-kubernetes').length === 0);

  await stack.unlock();
  const next = await stack.upScript(script(stack.namespace, true));
  expect(next.error).toBeUndefined();
  expect(stringAt(await stack.state('it'), 'id')).toBe(`${stack.namespace}/it`);
});
