import * as k8s from '@pulumi/kubernetes';
import { at, listAt, stringAt, type JsonObject } from '../../../../rehearsal/provider/json';
import { serviceProgram, useStack } from '../support';

const context = useStack();

interface Options {
  readonly annotations?: Record<string, string>;
  readonly spec?: JsonObject;
  readonly pod?: JsonObject;
  readonly timeout?: string;
}

const pod = (more: JsonObject = {}): JsonObject => ({ containers: [{ name: 'c', image: 'i' }], ...more });
/** A pod no node takes: it never gets ready. */
const homeless = pod({ nodeSelector: { 'no-such': 'node' } });

function workload(
  kind: string,
  { annotations = {}, spec = {}, pod: podSpec = pod(), timeout }: Options = {},
) {
  return () => {
    new k8s.apiextensions.CustomResource(
      'it',
      {
        apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
        kind,
        metadata: { name: 'it', namespace: context.stack.namespace, annotations },
        spec: {
          ...(kind === 'Job' ? {} : { selector: { matchLabels: { app: 'it' } } }),
          template: {
            metadata: { labels: { app: 'it' } },
            spec: { ...podSpec, ...(kind === 'Job' ? { restartPolicy: 'Never' } : {}) },
          },
          ...spec,
        },
      },
      timeout === undefined ? {} : { customTimeouts: { create: timeout, update: timeout } },
    );
    return Promise.resolve();
  };
}

async function live(plural: string, api = '/apis/apps/v1') {
  return context.cluster.get(context.stack.path(plural, 'it', api));
}

test.each([
  ['Deployment', 'deployments', 'availableReplicas', { replicas: 2 }, 2],
  ['StatefulSet', 'statefulsets', 'readyReplicas', { replicas: 2, serviceName: 'it' }, 2],
  ['DaemonSet', 'daemonsets', 'numberAvailable', {}, 1],
])('an update ends when the pods of a %s are ready', async (kind, plural, field, spec, expected) => {
  const stop = context.cluster.keepPodsReady(context.stack.namespace);
  const run = await context.stack.up(workload(kind, { spec }));
  const status = at(await live(plural), 'status', field);
  await stop();
  expect(run.error).toBeUndefined();
  expect(status).toBe(expected);
  expect(at(await context.stack.state('it'), 'outputs', 'status', field)).toBe(expected);
});

test('an object that never gets ready is an error, is kept in the state, and is repaired by the next update', async () => {
  const { stack, cluster } = context;
  const broken = await stack.up(
    workload('Deployment', { pod: homeless, annotations: { 'pulumi.com/timeoutSeconds': '2' } }),
  );
  expect(broken.error).toBeDefined();
  const state = await stack.state('it');
  expect(stringAt(state, 'id')).toBe(`${stack.namespace}/it`);
  expect(listAt(state, 'initErrors').length).toBeGreaterThan(0);
  expect(await live('deployments')).toBeDefined();

  const stop = cluster.keepPodsReady(stack.namespace);
  const repaired = await stack.up(
    workload('Deployment', { annotations: { 'pulumi.com/timeoutSeconds': '60' } }),
  );
  await stop();
  expect(repaired.error).toBeUndefined();
  expect(repaired.operations).toEqual({ it: 'update' });
  expect(listAt(await stack.state('it'), 'initErrors')).toEqual([]);
  expect((await stack.up()).operations).toEqual({});
});

test('skipAwait does not wait', async () => {
  const run = await context.stack.up(
    workload('Deployment', { pod: homeless, annotations: { 'pulumi.com/skipAwait': 'true' } }),
  );
  expect(run.error).toBeUndefined();
});

test('customTimeouts bound the wait', async () => {
  const started = Date.now();
  const run = await context.stack.up(workload('Deployment', { pod: homeless, timeout: '3s' }));
  expect(run.error).toBeDefined();
  expect(Date.now() - started).toBeLessThan(60_000);
});

test('a rollout past its progress deadline fails at once', async () => {
  const run = await context.stack.up(
    workload('Deployment', { pod: homeless, spec: { progressDeadlineSeconds: 1 } }),
  );
  expect(run.error).toContain('ProgressDeadlineExceeded');
});

test('a pod that cannot get its image is named, with the message', async () => {
  const { stack, cluster } = context;
  const up = stack.up(
    workload('Deployment', { pod: homeless, annotations: { 'pulumi.com/timeoutSeconds': '8' } }),
  );
  for (let tries = 0; tries < 200; tries++) {
    const [found] = listAt(await cluster.get(`/api/v1/namespaces/${stack.namespace}/pods`), 'items');
    const name = stringAt(found, 'metadata', 'name');
    if (name !== undefined) {
      const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "i"' };
      const containerStatuses = [
        { name: 'c', image: 'i', imageID: '', ready: false, restartCount: 0, state: { waiting } },
      ];
      await cluster.merge(`${stack.path('pods', name)}/status`, { status: { containerStatuses } });
      break;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  expect((await up).error).toContain('Back-off pulling image');
});

test('a Pod is waited for', async () => {
  const { stack, cluster } = context;
  const stop = cluster.keepPodsReady(stack.namespace);
  const run = await stack.up(() => {
    new k8s.core.v1.Pod('pod', {
      metadata: { name: 'pod', namespace: stack.namespace },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    });
    return Promise.resolve();
  });
  const conditions = listAt(await cluster.get(stack.path('pods', 'pod')), 'status', 'conditions');
  await stop();
  expect(run.error).toBeUndefined();
  expect(conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
});

test.each([
  ['Complete', 'SuccessCriteriaMet', undefined],
  ['Failed', 'FailureTarget', 'BackoffLimitExceeded: too many failures'],
])('a Job is waited for until it is %s', async (type, criterion, error) => {
  const { stack, cluster } = context;
  const job = workload('Job', {
    pod: homeless,
    spec: { suspend: false },
    annotations: { 'pulumi.com/timeoutSeconds': '60' },
  });
  const up = stack.up(job);
  const path = stack.path('jobs', 'it', '/apis/batch/v1');
  for (let tries = 0; tries < 300; tries++) {
    const found = await cluster.get(path);
    if (stringAt(found, 'status', 'startTime') !== undefined) {
      const lastTransitionTime = new Date().toISOString();
      const condition = {
        status: 'True',
        reason: 'BackoffLimitExceeded',
        message: 'too many failures',
        lastTransitionTime,
      };
      await cluster.merge(`${path}/status`, {
        status: {
          active: 0,
          ready: 0,
          ...(type === 'Complete' ? { succeeded: 1, completionTime: lastTransitionTime } : {}),
          conditions: [criterion, type].map((name) => ({ type: name, ...condition })),
        },
      });
      break;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  const run = await up;
  if (error === undefined) expect(run.error).toBeUndefined();
  else expect(run.error).toContain(error);
});

const service = (spec: k8s.types.input.core.v1.ServiceSpec, timeout?: string) => () =>
  serviceProgram(context.stack.namespace, spec, timeout)();

test.each<[string, k8s.types.input.core.v1.ServiceSpec]>([
  ['a headless one', { clusterIP: 'None', selector: { app: 'none' }, ports: [{ port: 80 }] }],
  ['one without a selector', { ports: [{ port: 80 }] }],
  ['an external name', { type: 'ExternalName', externalName: 'example.com' }],
])('of the Services, %s is not waited for', async (_title, spec) => {
  expect((await context.stack.up(service(spec))).error).toBeUndefined();
});

test('a claim that no volume answers is waited for, one that binds on first use is not', async () => {
  const { stack, cluster } = context;
  const storageClass = `/apis/storage.k8s.io/v1/storageclasses/${stack.namespace}`;
  await cluster.apply(storageClass, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: stack.namespace },
    provisioner: 'example.com/none',
    volumeBindingMode: 'WaitForFirstConsumer',
  });
  const claim = (name: string, storageClassName: string) => () => {
    new k8s.core.v1.PersistentVolumeClaim('claim', {
      metadata: { name, namespace: stack.namespace, annotations: { 'pulumi.com/timeoutSeconds': '2' } },
      spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '1Gi' } } },
    });
    return Promise.resolve();
  };
  expect((await stack.up(claim('late', stack.namespace))).error).toBeUndefined();
  expect((await stack.up(claim('never', 'no-such-class'))).error).toBeDefined();
  await cluster.remove(storageClass);
});

test('cancelling ends the wait and keeps the object in the state', async () => {
  const { stack, cluster } = context;
  const controller = new AbortController();
  const started = Date.now();
  const up = stack.up(workload('Deployment', { pod: homeless }), controller.signal);
  while ((await live('deployments')) === undefined) await new Promise((done) => setTimeout(done, 100));
  await new Promise((done) => setTimeout(done, 500));
  controller.abort();
  expect((await up).error).toBeDefined();
  expect(Date.now() - started).toBeLessThan(60_000);
  expect(stringAt(await stack.state('it'), 'id')).toBe(`${stack.namespace}/it`);

  const stop = cluster.keepPodsReady(stack.namespace);
  const next = await stack.up(workload('Deployment'));
  await stop();
  expect(next.error).toBeUndefined();
});
