export {
  clusterRoleBindingManifest,
  clusterRoleManifest,
  namespaceManifest,
  serviceAccountManifest,
} from './access';
export { datakitManifests } from './all';
export { configChecksum, confMapManifest, datawaySecretManifest, pipelineMapManifest } from './config';
export { daemonSetManifest } from './daemonSet';
export { names as datakitNames } from './names';
export {
  intakePolicyManifest,
  scrapePolicyManifest,
  scrapePorts,
  type NodePolicyOptions,
} from './networkPolicies';
export { serviceManifest } from './service';
