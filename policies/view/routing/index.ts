/** What requests meet, read from Istio's objects and from those of the Gateway API into one view. */
export { hostCovers, hostsMeet, isExported, isWild, resolveHost, ROOT_NAMESPACE, serviceOf } from './hosts';
export {
  covers,
  EVERYTHING,
  isAlwaysSet,
  picksTesters,
  takesAll,
  type Match,
  type TextMatch,
} from './matches';
export type { Destination, Protocol, Route } from './model';
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
export { GATEWAY_API, gatewayRouteObjects, frontendsOf } from './gatewayApi';
export {
  destinationRules,
  findSubset,
  isForSomeCallers,
  ruleHost,
  rulesFor,
  rulesOfHost,
  subsetsOf,
  type Subset,
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
