/** Everything about mesh security but the resources. */
export { callersOf, type Caller } from './callers';
export { peerAuthenticationManifest } from './authorization';
export { authorizationManifests, networkManifests, type Protected } from './manifests';
export { podAuthentications, podAuthorization, podNetworkPolicies } from './podScope';
export { resolveSecuritySettings } from './resolve';
export {
  PRIVATE_RANGES,
  type ExtraCaller,
  type IngressGateway,
  type ResolvedSecurity,
  type SecuritySettings,
} from './settings';
export { securityProblems, securitySchema } from './settingsSchema';
