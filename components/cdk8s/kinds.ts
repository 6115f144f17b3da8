import { groupKind, groupOf } from './manifest';

/** The type token the Kubernetes provider knows an object by; the core group is written out in tokens only. */
export function typeToken(apiVersion: string, kind: string): string {
  return `kubernetes:${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}:${kind}`;
}

/**
 * The API versions under which a built-in kind was or is served. @pulumi/kubernetes gives a resource the other tokens as
 * aliases, so that a newer API version is an update and no replacement; these are the same ones, as of its 4.34.
 */
const versions: Readonly<Record<string, string>> = {
  APIService:
    'apiregistration.k8s.io/v1 apiregistration.k8s.io/v1beta1 apiregistration/v1 apiregistration/v1beta1',
  CSIDriver: 'storage.k8s.io/v1 storage.k8s.io/v1beta1',
  CSINode: 'storage.k8s.io/v1 storage.k8s.io/v1beta1',
  CSIStorageCapacity: 'storage.k8s.io/v1 storage.k8s.io/v1beta1 storage.k8s.io/v1alpha1',
  CertificateSigningRequest: 'certificates.k8s.io/v1 certificates.k8s.io/v1beta1',
  ClusterRole:
    'rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1alpha1',
  ClusterRoleBinding:
    'rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1alpha1',
  ClusterTrustBundle: 'certificates.k8s.io/v1 certificates.k8s.io/v1beta1 certificates.k8s.io/v1alpha1',
  ControllerRevision: 'apps/v1 apps/v1beta2 apps/v1beta1',
  CronJob: 'batch/v1 batch/v1beta1 batch/v2alpha1',
  CustomResourceDefinition: 'apiextensions.k8s.io/v1 apiextensions.k8s.io/v1beta1',
  DaemonSet: 'apps/v1 apps/v1beta2 extensions/v1beta1',
  Deployment: 'apps/v1 apps/v1beta2 apps/v1beta1 extensions/v1beta1',
  DeviceClass: 'resource.k8s.io/v1 resource.k8s.io/v1beta2 resource.k8s.io/v1beta1 resource.k8s.io/v1alpha3',
  DeviceTaintRule: 'resource.k8s.io/v1 resource.k8s.io/v1beta2 resource.k8s.io/v1alpha3',
  EndpointSlice: 'discovery.k8s.io/v1 discovery.k8s.io/v1beta1',
  Event: 'events.k8s.io/v1 events.k8s.io/v1beta1 core/v1',
  FlowSchema:
    'flowcontrol.apiserver.k8s.io/v1 flowcontrol.apiserver.k8s.io/v1beta3 flowcontrol.apiserver.k8s.io/v1beta2 flowcontrol.apiserver.k8s.io/v1beta1 flowcontrol.apiserver.k8s.io/v1alpha1',
  HorizontalPodAutoscaler: 'autoscaling/v2 autoscaling/v2beta2 autoscaling/v2beta1 autoscaling/v1',
  IPAddress: 'networking.k8s.io/v1 networking.k8s.io/v1beta1 networking.k8s.io/v1alpha1',
  Ingress: 'networking.k8s.io/v1 networking.k8s.io/v1beta1 extensions/v1beta1',
  IngressClass: 'networking.k8s.io/v1 networking.k8s.io/v1beta1',
  Lease: 'coordination.k8s.io/v1 coordination.k8s.io/v1beta1',
  LeaseCandidate: 'coordination.k8s.io/v1beta1 coordination.k8s.io/v1alpha2 coordination.k8s.io/v1alpha1',
  MutatingAdmissionPolicy:
    'admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1beta1 admissionregistration.k8s.io/v1alpha1',
  MutatingAdmissionPolicyBinding:
    'admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1beta1 admissionregistration.k8s.io/v1alpha1',
  MutatingWebhookConfiguration: 'admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1beta1',
  NetworkPolicy: 'networking.k8s.io/v1 extensions/v1beta1',
  PodCertificateRequest: 'certificates.k8s.io/v1 certificates.k8s.io/v1beta1',
  PodDisruptionBudget: 'policy/v1 policy/v1beta1',
  PodGroup: 'scheduling.k8s.io/v1beta1 scheduling.k8s.io/v1alpha3 scheduling.k8s.io/v1alpha2',
  PodSchedulingContext: 'resource.k8s.io/v1alpha3 resource.k8s.io/v1alpha2',
  PodSecurityPolicy: 'policy/v1beta1 extensions/v1beta1',
  PriorityClass: 'scheduling.k8s.io/v1 scheduling.k8s.io/v1beta1 scheduling.k8s.io/v1alpha1',
  PriorityLevelConfiguration:
    'flowcontrol.apiserver.k8s.io/v1 flowcontrol.apiserver.k8s.io/v1beta3 flowcontrol.apiserver.k8s.io/v1beta2 flowcontrol.apiserver.k8s.io/v1beta1 flowcontrol.apiserver.k8s.io/v1alpha1',
  ReplicaSet: 'apps/v1 apps/v1beta2 extensions/v1beta1',
  ResourceClaim:
    'resource.k8s.io/v1 resource.k8s.io/v1beta2 resource.k8s.io/v1beta1 resource.k8s.io/v1alpha3 resource.k8s.io/v1alpha2 resource.k8s.io/v1alpha1',
  ResourceClaimTemplate:
    'resource.k8s.io/v1 resource.k8s.io/v1beta2 resource.k8s.io/v1beta1 resource.k8s.io/v1alpha3 resource.k8s.io/v1alpha2 resource.k8s.io/v1alpha1',
  ResourceClass: 'resource.k8s.io/v1alpha2 resource.k8s.io/v1alpha1',
  ResourceSlice:
    'resource.k8s.io/v1 resource.k8s.io/v1beta2 resource.k8s.io/v1beta1 resource.k8s.io/v1alpha3 resource.k8s.io/v1alpha2',
  Role: 'rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1alpha1',
  RoleBinding:
    'rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1alpha1',
  RuntimeClass: 'node.k8s.io/v1 node.k8s.io/v1beta1 node.k8s.io/v1alpha1',
  ServiceCIDR: 'networking.k8s.io/v1 networking.k8s.io/v1beta1 networking.k8s.io/v1alpha1',
  StatefulSet: 'apps/v1 apps/v1beta2 apps/v1beta1',
  StorageClass: 'storage.k8s.io/v1 storage.k8s.io/v1beta1',
  StorageVersionMigration:
    'storagemigration.k8s.io/v1 storagemigration.k8s.io/v1beta1 storagemigration.k8s.io/v1alpha1',
  ValidatingAdmissionPolicy:
    'admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1beta1 admissionregistration.k8s.io/v1alpha1',
  ValidatingAdmissionPolicyBinding:
    'admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1beta1 admissionregistration.k8s.io/v1alpha1',
  ValidatingWebhookConfiguration: 'admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1beta1',
  VolumeAttachment: 'storage.k8s.io/v1 storage.k8s.io/v1beta1 storage.k8s.io/v1alpha1',
  VolumeAttributesClass: 'storage.k8s.io/v1 storage.k8s.io/v1beta1 storage.k8s.io/v1alpha1',
  Workload:
    'scheduling.k8s.io/v1beta1 scheduling.k8s.io/v1alpha3 scheduling.k8s.io/v1alpha2 scheduling.k8s.io/v1alpha1',
};

/** Tokens under which the same object may stand in a state from before. Empty for kinds with one API version. */
export function typeAliases(type: string): readonly string[] {
  const kind = type.slice(type.lastIndexOf(':') + 1);
  if (!Object.hasOwn(versions, kind)) return [];
  const tokens = (versions[kind] ?? '').split(' ').map((version) => typeToken(version, kind));
  return tokens.includes(type) ? tokens.filter((token) => token !== type) : [];
}

const clusterScoped = new Set([
  ...['Namespace', 'Node', 'PersistentVolume', 'ComponentStatus'].map((kind) => `/${kind}`),
  ...[
    'MutatingAdmissionPolicy',
    'MutatingAdmissionPolicyBinding',
    'MutatingWebhookConfiguration',
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
    'ValidatingWebhookConfiguration',
  ].map((kind) => `admissionregistration.k8s.io/${kind}`),
  'apiextensions.k8s.io/CustomResourceDefinition',
  'apiregistration.k8s.io/APIService',
  'auditregistration.k8s.io/AuditSink',
  'authentication.k8s.io/SelfSubjectReview',
  'authentication.k8s.io/TokenReview',
  'authorization.k8s.io/SelfSubjectAccessReview',
  'authorization.k8s.io/SelfSubjectRulesReview',
  'authorization.k8s.io/SubjectAccessReview',
  'certificates.k8s.io/CertificateSigningRequest',
  'certificates.k8s.io/ClusterTrustBundle',
  'extensions/PodSecurityPolicy',
  'flowcontrol.apiserver.k8s.io/FlowSchema',
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration',
  'internal.apiserver.k8s.io/StorageVersion',
  'networking.k8s.io/ClusterCIDR',
  'networking.k8s.io/IPAddress',
  'networking.k8s.io/IngressClass',
  'networking.k8s.io/ServiceCIDR',
  'node.k8s.io/RuntimeClass',
  'policy/PodSecurityPolicy',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'resource.k8s.io/DeviceClass',
  'resource.k8s.io/DeviceTaintRule',
  'resource.k8s.io/ResourceClass',
  'resource.k8s.io/ResourcePoolStatusRequest',
  'resource.k8s.io/ResourceSlice',
  'scheduling.k8s.io/PriorityClass',
  'storage.k8s.io/CSIDriver',
  'storage.k8s.io/CSINode',
  'storage.k8s.io/StorageClass',
  'storage.k8s.io/VolumeAttachment',
  'storage.k8s.io/VolumeAttributesClass',
  'storagemigration.k8s.io/StorageVersionMigration',
]);

/** Whether a kind of Kubernetes itself lies outside of any namespace. */
export const isClusterScoped = (object: { readonly apiVersion: string; readonly kind: string }): boolean =>
  clusterScoped.has(groupKind(object));

/** Whether the API group belongs to Kubernetes: such names have no dot or end in `.k8s.io`. */
export function isKubernetesGroup(apiVersion: string): boolean {
  const group = groupOf(apiVersion);
  return !group.includes('.') || group.endsWith('.k8s.io');
}
