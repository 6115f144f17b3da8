/** What requests meet, read from Istio's objects and from those of the Gateway API into one view. */
export { hostCovers, hostsMeet, isWild, resolveHost, ROOT_NAMESPACE, serviceOf } from './hosts';
export { covers, EVERYTHING, picksTesters, takesAll, type Match } from './matches';
export type { Destination, Route } from './model';
export {
  delegateOf,
  gatewayName,
  gatewaysOf,
  hostsOf,
  ISTIO,
  MESH,
  virtualServiceNamed,
  virtualServices,
} from './virtualServices';
export { GATEWAY_API } from './gatewayApi';
export {
  destinationRules,
  findSubset,
  isForSomeCallers,
  ruleHost,
  rulesOfHost,
  subsetsOf,
} from './destinationRules';
export { podsOf, podsOfHost, podsOfSubset, seesPodsOf, serviceOfHost } from './pods';
export {
  destinationsOf,
  effectiveRoutes,
  isMesh,
  routeFor,
  routesOf,
  routingObjects,
  tables,
  type Table,
} from './tables';
export { versionShares, versionOfPods } from './versions';
