export {
  callGraph,
  findService,
  type Application,
  type Call,
  type CallEdge,
  type LogForm,
  type Resources,
  type ServiceSpec,
} from './application';
export { bookinfo, bookinfoImage, DEFAULT_IMAGE_TAG } from './catalogue';
export {
  GATEWAY_NAME,
  gatewayManifest,
  gatewayRoutesManifest,
  publicPaths,
  type GatewayOptions,
} from './gatewayManifests';
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
