export {
  callersOf,
  callGraph,
  entryPage,
  findEntry,
  findService,
  imageOf,
  isTableService,
  type Application,
  type Call,
  type CallEdge,
  type Egress,
  type Entry,
  type EntryPath,
  type ExistingService,
  type LogForm,
  type ManifestService,
  type Resources,
  type ServicePort,
  type ServiceSpec,
  type TableApplication,
  type TableService,
} from './application';
export { readApplication } from './applicationFile';
export { applicationSchema, parseApplication } from './applicationSchema';
export { bookinfo, bookinfoImage, DEFAULT_IMAGE_TAG } from './catalogue';
export { completeRelease } from './completeRelease';
export { entryPlace, type GatewayOptions } from './entry';
export {
  accountName,
  accountOf,
  deploymentManifest,
  deploymentName,
  serviceAccountManifest,
  serviceManifest,
  templateDigest,
  versionManifests,
  type Placement,
} from './manifests';
export { podAnnotations, type Labels } from './observability';
export { withRouting } from './routing';
export { routingProblems } from './routingProblems';
export { entryPort, isExposed, portsOf, protocolOf } from './ports';
export { ManifestLoader } from './sources/load';
export type { Manifest, SourcedManifest } from './sources/manifest';
export {
  isAutoscaled,
  resolveVersion,
  type Version,
  type VersionChoice,
  type VersionConfig,
  type VersionSpec,
} from './version';
export { placedObjects } from './workload/place';
export { survey, type SurveyedWorkload } from './survey';
