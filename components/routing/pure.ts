/** Everything about routing APIs but the resources: for the release command and the rehearsal. */
export type { Manifest } from './manifest';
export { neededApis, routingNames, typeOf, versionsRoutedBy, weightsName, type RoutingName } from './objects';
export { httpPorts, tcpPorts } from './ports';
export { kindsOf, routerOf, routers, routingKinds } from './registry';
export { roadKinds, roadsTo, type RoadKind, type ServiceHost } from './roads';
export type {
  EntryPlace,
  GatewayPods,
  ObjectKind,
  ProxyView,
  Role,
  Routed,
  RoutedAt,
  RoutePort,
  RoutingObject,
  RoutingPlace,
  TrafficRouter,
} from './router';
export { ANY_VERSION, sameWeights, type Weights } from './weights';
