export { contentSecurityPolicy, SIGN_IN_SCRIPT } from './contentSecurityPolicy';
export { configChecksum, configData } from './files';
export { EDGE_NAME, labels as edgeLabels, ports as edgePorts } from './names';
export { CONFIG_DIR, configFiles, HEALTH_PATH, nginxConfig } from './nginxConfig';
export { resolveEdgeSettings, type ResolvedEdge, type ResolvedRum } from './resolve';
export { rumInit, rumScript, SCRIPT_PATH, snippet } from './rumScript';
export {
  DEFAULT_IMAGE,
  DEFAULT_SDK,
  DEFAULT_UPSTREAM,
  type Directive,
  type EdgeContext,
  type EdgeSettings,
  type PolicySettings,
  type RumSettings,
  type TraceType,
} from './settings';
export { edgeProblems, edgeSchema } from './settingsSchema';
export { serviceNamespace } from './upstream';
