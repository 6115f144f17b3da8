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
export { filledIn } from './custom/schema';
export {
  type CustomCheck,
  customId,
  type JobCheck,
  type QueryCheck,
  type WebhookCheck,
} from './custom/settings';
export { judgeQuery } from './custom/query';
export { askWebhook } from './custom/webhook';
export type { Attempt } from './sequential/promotion';
export { binomialInterval } from './sequential/binomial';
