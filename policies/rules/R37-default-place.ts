import { fieldPath, textAt } from '../model/json';
import { judge, together } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import { podPath, podSpec, workload, workloadObjects } from '../view/workloads';

/** Kinds of ours that belong to a namespace; what is not listed may belong to none. */
const namespaced = [
  ...[
    'Deployment',
    'StatefulSet',
    'DaemonSet',
    'Job',
    'CronJob',
    'Pod',
    'Service',
    'ServiceAccount',
    'ConfigMap',
    'Secret',
  ],
  ...[
    'VirtualService',
    'DestinationRule',
    'Gateway',
    'NetworkPolicy',
    'AuthorizationPolicy',
    'PeerAuthentication',
  ],
  ...['PodDisruptionBudget', 'HorizontalPodAutoscaler', 'Role', 'RoleBinding'],
];

export const defaultPlace: Policy = {
  id: 'R37-default-place',
  title: 'Nothing lives in the default namespace or runs as the default service account',
  severity: 'medium',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'Name a namespace and a service account of the application.',
  document:
    'CIS Kubernetes Benchmark 5.1.5 and 5.7.4; authorization by principal needs one account per service',
  check: (view) =>
    together(
      judge(
        view.objects.filter(({ kind }) => namespaced.includes(kind)),
        (object) =>
          object.namespace === undefined || object.namespace === 'default'
            ? finding(
                object,
                'metadata.namespace',
                `${object.namespace === undefined ? 'is missing, which means default' : 'is default'}: quotas, policies and the sidecar's injection are set by namespace`,
                'name a namespace of the application',
              )
            : undefined,
      ),
      judge(workloadObjects(view), (object) => {
        const owner = workload(object);
        const account =
          textAt(podSpec(owner), 'serviceAccountName') ?? textAt(podSpec(owner), 'serviceAccount');
        if (account !== undefined && account !== 'default') return undefined;
        return finding(
          object,
          fieldPath(...podPath(owner, 'serviceAccountName')),
          `${account === undefined ? 'is missing, which means default' : 'is default'}: its callers and callees cannot tell it from others`,
          'give the service an account of its own',
        );
      }),
    ),
};
