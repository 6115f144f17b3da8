/**
 * Kinds whose objects the policies judge, or that change nothing for any request, pod or right. A kind that is not here
 * is not taken for harmless: `R39` calls its objects undecided.
 */
interface Kind {
  readonly namespaced: boolean;
}

const kinds = (namespaced: boolean, group: string, ...names: readonly string[]) =>
  names.map((name) => [`${group}/${name}`, { namespaced }] as const);

const known: ReadonlyMap<string, Kind> = new Map([
  ...kinds(
    true,
    '',
    ...['Pod', 'PodTemplate', 'ReplicationController', 'Service', 'Endpoints', 'ConfigMap', 'Secret'],
    ...['ServiceAccount', 'PersistentVolumeClaim', 'LimitRange', 'ResourceQuota', 'Event'],
  ),
  ...kinds(false, '', 'Namespace', 'Node', 'PersistentVolume'),
  ...kinds(true, 'apps', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ControllerRevision'),
  ...kinds(true, 'batch', 'Job', 'CronJob'),
  ...kinds(true, 'autoscaling', 'HorizontalPodAutoscaler'),
  ...kinds(true, 'policy', 'PodDisruptionBudget'),
  ...kinds(true, 'networking.k8s.io', 'Ingress', 'NetworkPolicy'),
  ...kinds(false, 'networking.k8s.io', 'IngressClass'),
  ...kinds(true, 'discovery.k8s.io', 'EndpointSlice'),
  ...kinds(true, 'coordination.k8s.io', 'Lease'),
  ...kinds(true, 'rbac.authorization.k8s.io', 'Role', 'RoleBinding'),
  ...kinds(false, 'rbac.authorization.k8s.io', 'ClusterRole', 'ClusterRoleBinding'),
  ...kinds(false, 'scheduling.k8s.io', 'PriorityClass'),
  ...kinds(false, 'storage.k8s.io', 'StorageClass', 'CSIDriver'),
  ...kinds(false, 'apiextensions.k8s.io', 'CustomResourceDefinition'),
  // They only refuse; what they refuse is judged nowhere else.
  ...kinds(
    false,
    'admissionregistration.k8s.io',
    ...['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
  ),
  ...kinds(
    true,
    'networking.istio.io',
    ...['VirtualService', 'DestinationRule', 'Gateway', 'ServiceEntry', 'Sidecar', 'WorkloadEntry'],
    ...['WorkloadGroup', 'ProxyConfig'],
  ),
  ...kinds(true, 'security.istio.io', 'PeerAuthentication', 'RequestAuthentication', 'AuthorizationPolicy'),
  ...kinds(true, 'telemetry.istio.io', 'Telemetry'),
  ...kinds(
    true,
    'gateway.networking.k8s.io',
    ...['Gateway', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute', 'ReferenceGrant'],
  ),
  ...kinds(false, 'gateway.networking.k8s.io', 'GatewayClass'),
]);

/** Groups that were renamed; the API server reads both as one. */
const renamed: Readonly<Record<string, string>> = {
  'extensions/Deployment': 'apps',
  'extensions/DaemonSet': 'apps',
  'extensions/ReplicaSet': 'apps',
  'extensions/Ingress': 'networking.k8s.io',
  'extensions/NetworkPolicy': 'networking.k8s.io',
  'networking.x-k8s.io/Gateway': 'gateway.networking.k8s.io',
  'networking.x-k8s.io/HTTPRoute': 'gateway.networking.k8s.io',
};

/** The group of a kind under its present name. */
export function groupOf(apiVersion: string, kind: string): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return renamed[`${group}/${kind}`] ?? group;
}

export const isKnownKind = (group: string, kind: string): boolean => known.has(`${group}/${kind}`);

/** Whether a kind's objects live in a namespace; undefined for kinds that are not known. */
export const isNamespaced = (group: string, kind: string): boolean | undefined =>
  known.get(`${group}/${kind}`)?.namespaced;
