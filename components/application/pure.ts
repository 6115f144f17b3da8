export {
  callersOf,
  callGraph,
  entryPage,
  findEntry,
  findService,
  imageOf,
  type Application,
  type Call,
  type CallEdge,
  type Entry,
  type EntryPath,
  type LogForm,
  type Resources,
  type ServiceSpec,
} from './application';
export { readApplication } from './applicationFile';
export { applicationSchema, parseApplication } from './applicationSchema';
export { bookinfo, bookinfoImage, DEFAULT_IMAGE_TAG } from './catalogue';
export { entryPlace, type GatewayOptions } from './entry';
export {
  accountName,
  deploymentManifest,
  deploymentName,
  serviceAccountManifest,
  serviceManifest,
  type Placement,
  type Version,
} from './manifests';
export { podAnnotations, type Labels } from './observability';
