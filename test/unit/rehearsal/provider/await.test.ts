import type { JsonObject } from '../../../../rehearsal/provider/json';
import {
  customResourceDefinition,
  persistentVolumeClaim,
  service,
} from '../../../../rehearsal/provider/await/others';
import { pod, podProblems, selectorQuery } from '../../../../rehearsal/provider/await/pods';
import { daemonSet, deployment, job, statefulSet } from '../../../../rehearsal/provider/await/workloads';

const object = (spec: JsonObject, status: JsonObject): JsonObject => ({
  metadata: { name: 'it', generation: 2 },
  spec,
  status: { observedGeneration: 2, ...status },
});
const word = ({ ready, failed }: { ready: boolean; failed: boolean }) =>
  ready ? 'ready' : failed ? 'failed' : 'waiting';
const condition = (type: string, status: string, reason = 'Because', message = 'of this') => ({
  type,
  status,
  reason,
  message,
});

const all = { replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2 };

test.each<[string, JsonObject, JsonObject, string]>([
  ['all pods available', { replicas: 2 }, all, 'ready'],
  ['not observed yet', { replicas: 2 }, { ...all, observedGeneration: 1 }, 'waiting'],
  ['some pods old', { replicas: 2 }, { ...all, updatedReplicas: 1 }, 'waiting'],
  ['old pods still there', { replicas: 2 }, { ...all, replicas: 3 }, 'waiting'],
  ['some pods unavailable', { replicas: 2 }, { ...all, availableReplicas: 1 }, 'waiting'],
  ['no replicas wanted', { replicas: 0 }, {}, 'ready'],
  ['one replica by default', {}, {}, 'waiting'],
  ['paused', { replicas: 2, paused: true }, {}, 'ready'],
  ['deadline exceeded', { replicas: 2 }, { conditions: [condition('Progressing', 'False')] }, 'failed'],
  [
    'an older deadline exceeded',
    { replicas: 2 },
    { observedGeneration: 1, conditions: [condition('Progressing', 'False')] },
    'waiting',
  ],
])('a Deployment with %s', (_title, spec, status, expected) => {
  expect(word(deployment(object(spec, status)))).toBe(expected);
});

const revisions = { updateRevision: 'b', currentRevision: 'b' };
test.each<[string, JsonObject, JsonObject, string]>([
  ['all pods new and ready', { replicas: 2 }, { ...all, ...revisions }, 'ready'],
  ['some not ready', { replicas: 2 }, { ...all, readyReplicas: 1, ...revisions }, 'waiting'],
  [
    'some old',
    { replicas: 2 },
    { ...all, updatedReplicas: 1, updateRevision: 'b', currentRevision: 'a' },
    'waiting',
  ],
  [
    'the partition reached',
    { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } },
    { ...all, updatedReplicas: 1 },
    'ready',
  ],
  [
    'updates on delete',
    { replicas: 2, updateStrategy: { type: 'OnDelete' } },
    { ...all, updatedReplicas: 0 },
    'ready',
  ],
])('a StatefulSet with %s', (_title, spec, status, expected) => {
  expect(word(statefulSet(object(spec, status)))).toBe(expected);
});

test.each<[string, JsonObject, JsonObject, string]>([
  [
    'pods on all nodes',
    {},
    { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 },
    'ready',
  ],
  ['old pods', {}, { desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 }, 'waiting'],
  [
    'unavailable pods',
    {},
    { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 },
    'waiting',
  ],
  [
    'updates on delete',
    { updateStrategy: { type: 'OnDelete' } },
    { desiredNumberScheduled: 2, numberAvailable: 2 },
    'ready',
  ],
  ['no node to run on', {}, { desiredNumberScheduled: 0 }, 'ready'],
])('a DaemonSet with %s', (_title, spec, status, expected) => {
  expect(word(daemonSet(object(spec, status)))).toBe(expected);
});

test.each<[string, JsonObject, JsonObject, string]>([
  ['complete', {}, { conditions: [condition('Complete', 'True')] }, 'ready'],
  ['failed', {}, { conditions: [condition('Failed', 'True')] }, 'failed'],
  ['running', { completions: 3 }, { succeeded: 1 }, 'waiting'],
  ['suspended', { suspend: true }, {}, 'ready'],
])('a Job that is %s', (_title, spec, status, expected) => {
  expect(word(job(object(spec, status)))).toBe(expected);
});

test('a Job tells its progress', () => {
  expect(job(object({ completions: 3 }, { succeeded: 1 })).reasons).toEqual(['1 of 3 completions']);
});

test('a Pod is ready by its condition, or when it has succeeded', () => {
  expect(word(pod(object({}, { phase: 'Running', conditions: [condition('Ready', 'True')] })))).toBe('ready');
  expect(word(pod(object({}, { phase: 'Succeeded' })))).toBe('ready');
  expect(word(pod(object({}, { phase: 'Running' })))).toBe('waiting');
  expect(pod(object({}, { phase: 'Failed', message: 'evicted' }))).toEqual({
    ready: false,
    failed: true,
    reasons: ['evicted'],
  });
});

test('what is wrong with a pod is told with its name', () => {
  const problems = podProblems(
    object(
      {},
      {
        conditions: [condition('PodScheduled', 'False', 'Unschedulable', 'no node')],
        containerStatuses: [
          { name: 'a', state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } },
          {
            name: 'b',
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 3, reason: 'Error' } },
          },
          { name: 'c', state: { waiting: { reason: 'ContainerCreating' } } },
        ],
      },
    ),
  );
  expect(problems).toEqual([
    'pod it: container a: ImagePullBackOff: no such image',
    'pod it: container b: CrashLoopBackOff',
    'pod it: container b ended with exit code 3: Error',
    'pod it: Unschedulable: no node',
  ]);
});

test('selectors are written as list requests take them', () => {
  const matchExpressions: JsonObject[] = [
    { key: 'a', operator: 'In', values: ['1', '2'] },
    { key: 'b', operator: 'NotIn', values: ['3'] },
    { key: 'c', operator: 'Exists' },
    { key: 'd', operator: 'DoesNotExist' },
  ];
  expect(selectorQuery({ matchLabels: { app: 'x' }, matchExpressions })).toBe(
    'app=x,a in (1,2),b notin (3),c,!d',
  );
});

const slice = (ready?: boolean): JsonObject => ({
  endpoints: [{ conditions: ready === undefined ? {} : { ready } }],
});
test.each<[string, JsonObject, JsonObject[], JsonObject, string]>([
  ['a ready endpoint', { selector: { a: 'b' } }, [slice(true)], {}, 'ready'],
  ['an endpoint of unknown readiness', { selector: { a: 'b' } }, [slice()], {}, 'ready'],
  ['an endpoint that is not ready', { selector: { a: 'b' } }, [slice(false)], {}, 'waiting'],
  ['no endpoint', { selector: { a: 'b' } }, [], {}, 'waiting'],
  ['no selector', {}, [], {}, 'ready'],
  ['no address of its own', { selector: { a: 'b' }, clusterIP: 'None' }, [], {}, 'ready'],
  ['an external name', { type: 'ExternalName', selector: { a: 'b' } }, [], {}, 'ready'],
  ['a load balancer without address', { type: 'LoadBalancer' }, [], {}, 'waiting'],
  [
    'a load balancer',
    { type: 'LoadBalancer' },
    [],
    { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
    'ready',
  ],
])('a Service with %s', (_title, spec, slices, status, expected) => {
  expect(word(service(object(spec, status), slices))).toBe(expected);
});

test('a claim is ready when bound, or when it binds on first use', () => {
  expect(word(persistentVolumeClaim(object({}, { phase: 'Bound' }), false))).toBe('ready');
  expect(word(persistentVolumeClaim(object({}, { phase: 'Pending' }), false))).toBe('waiting');
  expect(word(persistentVolumeClaim(object({}, { phase: 'Pending' }), true))).toBe('ready');
  expect(word(persistentVolumeClaim(object({}, { phase: 'Lost' }), true))).toBe('failed');
});

test('a definition is ready when its API is served, and has failed when its names are taken', () => {
  const definition = (conditions: JsonObject[]) => word(customResourceDefinition(object({}, { conditions })));
  expect(definition([condition('Established', 'True')])).toBe('ready');
  expect(definition([])).toBe('waiting');
  expect(definition([condition('NamesAccepted', 'False')])).toBe('failed');
});
