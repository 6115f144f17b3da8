export {
  sidecarKind,
  sidecarKinds,
  wholeSidecarsProblem,
  type SidecarKind,
  type Sidecars,
} from './capability';
export { noSidecars, outboundSidecars, wholeSidecars, type ProxyFor } from './kinds';
export { clusterServices, Names } from './names';
export type { PodProxy } from './pod-proxy';
export { metricsFilter } from './metrics/filter';
export { runCommand } from './commands';
