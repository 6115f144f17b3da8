/** Everything about routing APIs but the resources: for the release command and the rehearsal. */
export type { Manifest } from './manifest';
export { routingNames, versionsRoutedBy, weightsName, type RoutingName } from './objects';
export { routerOf, routers, routingKinds } from './registry';
export { roadKinds, roadsTo, type RoadKind, type ServiceHost } from './roads';
export type {
  EntryPlace,
  GatewayPods,
  ObjectKind,
  ProxyView,
  Role,
  RoutingObject,
  RoutingPlace,
  TrafficRouter,
} from './router';
export { ANY_VERSION, sameWeights, type Weights } from './weights';
