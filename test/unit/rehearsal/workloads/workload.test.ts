import type { PodView } from '../../../../rehearsal/workloads/pods';
import { canonicalOf, workloadOf } from '../../../../rehearsal/workloads/workload';

type Owned = Pick<PodView, 'name' | 'labels' | 'controller' | 'containers'>;

const pod = (
  name: string,
  labels: Record<string, string> = {},
  controller?: PodView['controller'],
): Owned => ({
  ...{ name, labels, controller, containers: [] },
});

/** As the injector names workloads [istio/istio pkg/kube/util.go GetDeployMetaFromPod]. */
test.each<[string, Owned, string]>([
  [
    'a Deployment',
    pod(
      'reviews-v2-5f8d-abcde',
      { 'pod-template-hash': '5f8d' },
      { kind: 'ReplicaSet', name: 'reviews-v2-5f8d' },
    ),
    'reviews-v2',
  ],
  [
    'an Argo Rollout',
    pod(
      'cart-7d9c-x2x2x',
      { 'rollouts-pod-template-hash': '7d9c' },
      { kind: 'ReplicaSet', name: 'cart-7d9c' },
    ),
    'cart',
  ],
  ['a ReplicaSet of its own', pod('solo-aaaaa', {}, { kind: 'ReplicaSet', name: 'solo' }), 'solo'],
  ['a StatefulSet', pod('ledger-0', {}, { kind: 'StatefulSet', name: 'ledger' }), 'ledger'],
  ['a DaemonSet', pod('agent-x7k2p', {}, { kind: 'DaemonSet', name: 'agent' }), 'agent'],
  ['a Job', pod('migrate-abcde', {}, { kind: 'Job', name: 'migrate' }), 'migrate'],
  ['a CronJob', pod('import-28471920-abcde', {}, { kind: 'Job', name: 'import-28471920' }), 'import'],
  ['no controller', pod('alone'), 'alone'],
  [
    'no controller that is told, but a Deployment by its labels',
    pod('reviews-v2-5f8d-abcde', { 'pod-template-hash': '5f8d' }),
    'reviews-v2',
  ],
])('the workload of a pod of %s', (_, view, workload) => {
  expect(workloadOf(view)).toBe(workload);
});

test('what the injector told the proxy goes first', () => {
  const containers = [
    {
      ...{ name: 'istio-proxy', image: '', ports: [], isInit: true },
      env: { ISTIO_META_WORKLOAD_NAME: 'told' },
    },
  ];
  expect(workloadOf({ ...pod('x-0', {}, { kind: 'StatefulSet', name: 'x' }), containers })).toBe('told');
});

/** The order of labels is Istio's [istio/istio pkg/kube/labels/labels.go]. */
test.each<[Record<string, string>, string, string]>([
  [{ app: 'reviews', version: 'v2' }, 'reviews', 'v2'],
  [
    { app: 'a', 'app.kubernetes.io/name': 'b', version: 'v2', 'app.kubernetes.io/version': '1.4.0' },
    'b',
    '1.4.0',
  ],
  [
    {
      app: 'a',
      version: 'v2',
      'service.istio.io/canonical-name': 'c',
      'service.istio.io/canonical-revision': 'd',
    },
    'c',
    'd',
  ],
  [{}, 'pod-0', 'latest'],
])('labels %j are canonical service %s, revision %s', (labels, name, revision) => {
  expect(canonicalOf(pod('pod-0', labels))).toEqual({ name, revision });
});
