/** Everything about the pipeline's accounts but the resources. */
export { denyBinding, dryRunOnlyPolicy, releaseObjectsPolicy } from './admission';
export { roleBindingManifest, roleManifests } from './manifests';
export { DRY_RUN_ONLY, PREVIEW_ACCOUNT, RELEASE_ACCOUNT, RELEASE_OBJECTS_ONLY, userName } from './names';
export { resolveAccess } from './resolve';
export { previewRules, releaseRules, type RoleRule } from './roles';
export { accountsNamespaceOf, type AccessSettings, type ResolvedAccess } from './settings';
export { accessProblems, accessSchema } from './settingsSchema';
