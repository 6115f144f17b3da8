/** Everything about releases but the resources: for policies, the release command and the rehearsal. */
export type * from './model';
export { appliedRelease, rememberStep } from './applied';
export { checkTimeouts, type CallEdge, type CallGraph, type PlacedPolicy } from './callGraph';
export { commandKeys, commandSecretKeys, type CommandKey, type CommandSecretKey } from './commandKeys';
export {
  destinationRule,
  serviceDestinationRule,
  type DestinationRule,
  type DestinationRuleSpec,
  type ServiceRuleSpec,
  type TrafficPolicy,
} from './destinationRule';
export { activeDrills, expiredDrills, type ActiveDrill } from './drills';
export { durationMilliseconds, formatDuration } from './duration';
export type { Manifest, RoutingOptions } from './manifest';
export {
  checkMove,
  checkRemoval,
  defaultMovePaths,
  legalMoves,
  moveHazards,
  nextStep,
  overrideApplies,
  takesBack,
  type MovePaths,
  type Target,
} from './moves';
export { planStep } from './plan';
export { retryBudget } from './policySchema';
export {
  DEFAULT_STICKY_SECONDS,
  routeOnly,
  virtualService,
  type HttpRoute,
  type HttpRouteDestination,
  type VirtualService,
  type VirtualServiceSpec,
} from './routing';
export { releaseSchema } from './releaseSchema';
export { parseReleases, parseRoutePolicies, routePoliciesSchema } from './schema';
export { allSteps, readStep, stepName } from './step';
export { overrideSchema, parseApplied, parseOverride, parseStep, type Steps } from './stepSchema';
