export * from './model';
export * from './settings';
export { gateProblems, resolveGateSettings } from './settingsSchema';
export {
  attemptOf,
  type BakeState,
  type BakeStep,
  type Decision,
  feed,
  startBake,
  type VersionPoint,
} from './bake';
export { type BakeOutcome, type Clock, runBake } from './runBake';
export { lacksOnlyTraffic } from './lacksTraffic';
export { probeHealth } from './probe';
export type { Attempt } from './sequential/promotion';
export { binomialInterval } from './sequential/binomial';
