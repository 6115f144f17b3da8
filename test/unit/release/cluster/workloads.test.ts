import type { ClusterApi } from '../../../../release/cluster/api';
import { observePods } from '../../../../release/cluster/workloads';

const pod = (name: string, status: object, spec: object = {}) => ({ metadata: { name }, spec, status });
const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };

const observe = (pods: readonly object[], deployments: readonly object[] = []) =>
  observePods(
    {
      get: (path: string) => Promise.resolve({ items: path.includes('/deployments') ? deployments : pods }),
    } as unknown as ClusterApi,
    'prod',
    'reviews',
    'v2',
  );

test.each(['Failed', 'Succeeded'])(
  'a pod that is %s is history, as the node that evicted it',
  async (phase) => {
    const seen = await observe([pod('a', ready), pod('b', { phase })]);
    expect(seen).toEqual({ kind: 'pods', pods: [{ name: 'a', ready: true, restarts: 0 }] });
  },
);

test('restarts of native sidecars count, those of other init containers do not', async () => {
  const seen = await observe([
    pod(
      'a',
      {
        ...ready,
        containerStatuses: [{ name: 'reviews', restartCount: 1 }],
        initContainerStatuses: [
          { name: 'istio-proxy', restartCount: 2 },
          { name: 'wait-for-db', restartCount: 4 },
        ],
      },
      { initContainers: [{ name: 'istio-proxy', restartPolicy: 'Always' }, { name: 'wait-for-db' }] },
    ),
  ]);
  expect(seen).toMatchObject({ pods: [{ restarts: 3 }] });
});

test.each([
  [[{ type: 'Available', status: 'True' }], { available: true }],
  [[{ type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' }], { available: false }],
  [
    [
      { type: 'Available', status: 'True' },
      { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' },
    ],
    { available: true, stuck: 'ProgressDeadlineExceeded' },
  ],
])('a Deployment with %j says %j', async (conditions, says) => {
  const seen = await observe(
    [pod('a', ready)],
    [{ spec: { replicas: 4 }, status: { readyReplicas: 3, conditions } }],
  );
  expect(seen).toMatchObject({ deployment: { wanted: 4, ready: 3, ...says } });
});

test('no Deployment of these labels: the pods alone are told', async () => {
  expect(await observe([pod('a', ready)])).not.toHaveProperty('deployment');
});
