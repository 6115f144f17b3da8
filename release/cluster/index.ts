export { type ClusterApi, clusterApi, ClusterFailure } from './api';
export { callerAdmins, sidecarPorts, type Callers } from './callers';
export {
  awaitProxies,
  type Convergence,
  lookAtProxies,
  type ProxiesLook,
  type ProxyRoutes,
} from './convergence';
export { describeDrift, differences, type Difference, type Drift, driftOf, managersOf } from './drift';
export { loadKubeConfig } from './kubeConfig';
export { isThere, type LiveObject, type ObjectName, readObject } from './objects';
export { type AppliedObject, readApplied } from './appliedFields';
export { routeBack } from './routeBack';
export { routedWeights } from './routes';
export { readRoutingObjects, type RoutingObjects } from './routingObjects';
export { connector, type Exchange, exchange, type Sent } from './transport';
export { type Capacity, type NamedDeployment, observePods, readCapacity, readDeployments } from './workloads';
