import type { ResolvedSettings } from '../resolve';
import { names } from './names';

/**
 * DataKit's namespace. It alone is `privileged`: DataKit shares the host's network, processes and files, which no lower
 * level of Pod Security admits. Nor can its pods have a sidecar, for there is nothing to redirect in the host's network.
 */
export const namespaceManifest = ({ namespace }: ResolvedSettings) => ({
  metadata: {
    name: namespace,
    labels: {
      'istio-injection': 'disabled',
      'pod-security.kubernetes.io/enforce': 'privileged',
      'pod-security.kubernetes.io/audit': 'privileged',
      'pod-security.kubernetes.io/warn': 'privileged',
    },
  },
});

export const serviceAccountManifest = ({ namespace }: ResolvedSettings) => ({
  metadata: { name: names.datakit, namespace },
});

const watch = ['get', 'list', 'watch'];

const watched = (group: string, ...resources: readonly string[]) => ({
  apiGroups: [group],
  resources: [...resources],
  verbs: watch,
});

/**
 * What DataKit may read. Nothing can be changed by it, and secrets are not in it.
 *
 * Two rights of DataKit's own manifest are left out by default: `clusterroles` and `pods/exec`, for which its code has
 * no use. Those for the objects of Prometheus' operator come with the settings that look for them.
 */
export function clusterRoleManifest({ permissions, collectors }: ResolvedSettings) {
  const found = collectors.kubernetesPrometheus;
  const monitors = [
    ...(found?.enableDiscoveryOfPrometheusPodMonitors === true ? ['podmonitors'] : []),
    ...(found?.enableDiscoveryOfPrometheusServiceMonitors === true ? ['servicemonitors'] : []),
  ];
  return {
    metadata: { name: names.datakit },
    rules: [
      watched(
        '',
        'nodes',
        'nodes/stats',
        'nodes/metrics',
        'namespaces',
        'pods',
        'pods/log',
        'events',
        'services',
        'endpoints',
        'persistentvolumes',
        'persistentvolumeclaims',
        ...(permissions.podsExec === true ? ['pods/exec'] : []),
      ),
      watched('apps', 'deployments', 'daemonsets', 'statefulsets', 'replicasets'),
      watched('batch', 'jobs', 'cronjobs'),
      watched('logging.datakit.io', 'clusterloggingconfigs'),
      ...(monitors.length > 0 ? [watched('monitoring.coreos.com', ...monitors)] : []),
      ...(permissions.clusterRoles === true ? [watched('rbac.authorization.k8s.io', 'clusterroles')] : []),
      { apiGroups: ['metrics.k8s.io'], resources: ['pods', 'nodes'], verbs: ['get', 'list'] },
      { nonResourceURLs: ['/metrics'], verbs: ['get'] },
    ],
  };
}

export const clusterRoleBindingManifest = ({ namespace }: ResolvedSettings) => ({
  metadata: { name: names.datakit },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: names.datakit },
  subjects: [{ kind: 'ServiceAccount', name: names.datakit, namespace }],
});
