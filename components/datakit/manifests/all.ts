import type { ResolvedSettings } from '../resolve';
import {
  clusterRoleBindingManifest,
  clusterRoleManifest,
  namespaceManifest,
  serviceAccountManifest,
} from './access';
import { confMapManifest, pipelineMapManifest } from './config';
import { daemonSetManifest } from './daemonSet';
import { serviceManifest } from './service';

const object = <M extends object>(apiVersion: string, kind: string, manifest: M) => ({
  apiVersion,
  kind,
  ...manifest,
});

const RBAC = 'rbac.authorization.k8s.io/v1';

/** Every object but the Secret, whose content is nobody's to print. */
export const datakitManifests = (settings: ResolvedSettings) => [
  object('v1', 'Namespace', namespaceManifest(settings)),
  object('v1', 'ServiceAccount', serviceAccountManifest(settings)),
  object(RBAC, 'ClusterRole', clusterRoleManifest(settings)),
  object(RBAC, 'ClusterRoleBinding', clusterRoleBindingManifest(settings)),
  object('v1', 'ConfigMap', confMapManifest(settings)),
  object('v1', 'ConfigMap', pipelineMapManifest(settings)),
  object('v1', 'Service', serviceManifest(settings)),
  object('apps/v1', 'DaemonSet', daemonSetManifest(settings)),
];
