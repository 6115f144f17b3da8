/** The release: its words, its plan and its moves. No routing API and no resource is known here. */
export type * from './model';
export { appliedRelease, rememberStep } from './applied';
export { checkTimeouts, type CallEdge, type CallGraph, type PlacedPolicy } from './callGraph';
export { capacityProblems, deploymentsAt, unsizedProblems } from './capacity';
export type { Conditions, StringMatch } from './conditions';
export { commandKeys, commandSecretKeys, type CommandKey, type CommandSecretKey } from './commandKeys';
export { activeDrills, expiredDrills, type ActiveDrill } from './drills';
export { durationMilliseconds, formatDuration } from './duration';
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
export { DEFAULT_ROUTING, routings, type Routing } from './routing';
export { plainRoutes, releaseRoutes, withDrills, type Route } from './routes';
export { releaseSchema } from './releaseSchema';
export { parseReleases, parseRoutePolicies, routePoliciesSchema } from './schema';
export { allSteps, readStep, stepName } from './step';
export { overrideSchema, parseApplied, parseOverride, parseStep, type Steps } from './stepSchema';
