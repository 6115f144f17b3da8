export { sidecarKind, sidecarKinds, type SidecarKind, type Sidecars } from './capability';
export { noSidecars, outboundSidecars, wholeSidecars, type ProxyFor } from './kinds';
export { clusterServices, Names } from './names';
export { metricsFilter } from './metrics/filter';
export { runCommand } from './commands';
