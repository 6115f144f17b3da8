import { at, textAt, type JsonObject, type Path } from './json';
import { groupOf } from './kinds';

/** What a rule may depend on besides the path. */
export interface ReplaceOptions {
  readonly configMapMutable: boolean;
  readonly secretMutable: boolean;
}

/** Fields of a pod that the API server lets nobody change (all but images, tolerations and a few of their kin). */
const POD_SPEC_MUTABLE = new Set([
  'activeDeadlineSeconds',
  'tolerations',
  'schedulingGates',
  'ephemeralContainers',
]);

/**
 * Fields, by group/kind, whose change the API server refuses and which the official provider therefore answers by
 * replacing the object. A rule covers everything below it.
 */
const RULES: Readonly<Record<string, readonly string[]>> = {
  '/ConfigMap': ['data', 'binaryData'],
  '/Secret': ['type', 'data', 'stringData'],
  '/Service': ['spec.clusterIP'],
  '/PersistentVolumeClaim': ['spec'],
  '/ResourceQuota': ['spec.scopes'],
  '/ReplicationController': [],
  'apps/DaemonSet': ['spec.selector'],
  'apps/Deployment': ['spec.selector'],
  'apps/ReplicaSet': ['spec.selector'],
  'apps/StatefulSet': [
    'spec.podManagementPolicy',
    'spec.revisionHistoryLimit',
    'spec.selector',
    'spec.serviceName',
    'spec.volumeClaimTemplates',
  ],
  'batch/Job': ['spec.completions', 'spec.parallelism', 'spec.selector', 'spec.template'],
  'rbac.authorization.k8s.io/ClusterRoleBinding': ['roleRef'],
  'rbac.authorization.k8s.io/RoleBinding': ['roleRef'],
  'scheduling.k8s.io/PriorityClass': ['value', 'preemptionPolicy'],
  'storage.k8s.io/StorageClass': ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'],
};

const PERSISTENT_VOLUME_MUTABLE = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
]);

function below(path: Path, rule: string): boolean {
  return rule.split('.').every((part, index) => path.length <= index || path[index] === part);
}

function isMutableStore(inputs: JsonObject, switchedOn: boolean): boolean {
  // Kubernetes itself refuses changes of an object that says `immutable: true`.
  return switchedOn && at(inputs, 'immutable') !== true;
}

/** Whether a change at `path` can only be made by replacing the object. */
export function needsReplace(path: Path, oldInputs: JsonObject, options: ReplaceOptions): boolean {
  const [top, second, third] = path;
  if (top === 'kind') return true;
  if (top === 'metadata') return second === undefined || second === 'name' || second === 'namespace';
  const group = groupOf(textAt(oldInputs, 'apiVersion'));
  const kind = textAt(oldInputs, 'kind');
  if (group === '' && kind === 'ConfigMap' && isMutableStore(oldInputs, options.configMapMutable))
    return false;
  if (
    group === '' &&
    kind === 'Secret' &&
    top !== 'type' &&
    isMutableStore(oldInputs, options.secretMutable)
  ) {
    return false;
  }
  if (group === '' && kind === 'Pod' && top === 'spec') {
    if (second === 'containers' || second === 'initContainers') return path[3] !== 'image';
    return typeof second === 'string' && !POD_SPEC_MUTABLE.has(second);
  }
  if (group === '' && kind === 'PersistentVolume' && top === 'spec') {
    return typeof second === 'string' && !PERSISTENT_VOLUME_MUTABLE.has(second);
  }
  if (group === '' && kind === 'PersistentVolumeClaim' && top === 'spec' && second === 'resources') {
    // A claim may grow in place where its storage class allows it; the dry run finds out.
    return third !== 'requests' && third !== undefined;
  }
  return (RULES[`${group}/${kind}`] ?? []).some((rule) => below(path, rule));
}
