export { EnvoyAdmin } from './envoy-admin';
export { renderBootstrap, type EnvoyIdentity, type XdsAddress } from './envoy-bootstrap';
export { EnvoyProcess, startEnvoy, type EnvoyOptions } from './envoy';
export type { Rejection, SubsetRequests } from './envoy-stats';
