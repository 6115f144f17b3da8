/** Everything that needs neither the engine, nor its SDK, nor a chart. */
export { namespaceLabels } from './labels';
export {
  cniNamespaceManifest,
  istioNamespaceManifest,
  legacyZipkinManifest,
  telemetryManifest,
} from './manifests';
export { meshConfig, type LabelSelector, type MeshConfig } from './meshConfig';
export { CNI_NAMESPACE, EGRESS_GATEWAY, INGRESS_GATEWAY, ISTIO_NAMESPACE, MESH_TELEMETRY } from './names';
export { chartReleases, type ChartName, type ChartRelease, type ChartReleases } from './releases';
export {
  resolveIstioSettings,
  type ResolvedGateway,
  type ResolvedIstioSettings,
  type ResolvedTracing,
  type Revision,
} from './resolve';
export {
  DEFAULT_HUB,
  DEFAULT_REPOSITORY,
  DEFAULT_REVISION,
  DEFAULT_TRACING_ADDRESS,
  DEFAULT_VERSION,
  type CniSettings,
  type GatewaySettings,
  type IstiodSettings,
  type IstioSettings,
  type Quantities,
  type Replicas,
  type Resources,
  type RevisionSettings,
  type SidecarSettings,
  type TagSettings,
  type TracingSettings,
  type WebhookUrls,
} from './settings';
export { istioProblems, istioSchema, removableParts } from './settingsSchema';
export {
  baseValues,
  cniValues,
  gatewayValues,
  istiodValues,
  type BaseValues,
  type ChartValues,
  type CniValues,
  type GatewayValues,
  type IstiodValues,
} from './values';
