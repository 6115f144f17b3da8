export { type ClusterApi, clusterApi, ClusterFailure } from './api';
export { callerAdmins, sidecarPorts } from './callers';
export { awaitProxies, type Convergence, lookAtProxies, type ProxiesLook } from './convergence';
export { describeDrift, differences, type Difference, type Drift, driftOf, managersOf } from './drift';
export { type JobRun, startJob, tryJob, type WantedJob } from './jobs';
export {
  clusterChoice,
  loadKubeConfig,
  type ChoosingPlace,
  type ClusterChoice,
  type ProviderSettings,
} from './kubeConfig';
export { isThere, type LiveObject, type ObjectName, readObject } from './objects';
export { type AppliedObject, readApplied } from './appliedFields';
export { routeBack } from './routeBack';
export { routedWeights } from './routes';
export { readRoutingObjects, type RoutingObjects } from './routingObjects';
export { clusterIdentity, IDENTITY_PATH, uidOf } from './identity';
export { addCredentials, connector, type Exchange, exchange, type Sent } from './transport';
export { type Capacity, type NamedDeployment, observePods, readCapacity, readDeployments } from './workloads';
