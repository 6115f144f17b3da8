export { EnvoyProcess, startEnvoy, type EnvoyOptions } from './envoy';
export { EnvoyAdmin } from './envoy-admin';
export { renderBootstrap, type EnvoyIdentity, type XdsAddress } from './envoy-bootstrap';
export type { Rejection, SubsetRequests } from './envoy-stats';
export { Mesh } from './mesh';
