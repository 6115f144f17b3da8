/**
 * What others may use of the release command: the rehearsal runs and ends engines, reads metrics and writes reports the same
 * way; the reference pages are made of its tables and schemas.
 */
export { StackEngine } from './engine/engine';
export { runEngine } from './engine/process';
export type { PendingCreation } from './engine/state';
export { type Family, type MetricKind, parseExposition } from './metrics/prometheusText';
export { outcomeMeanings } from './commandLine/tree';
export { exitCodes, type Outcome } from './exitCodes';
export { replaceFile } from './files';
export { binomialInterval } from './gates/sequential/binomial';
export { gatesSchema, optionalChecks } from './gates/settingsSchema';
export { sourceKinds } from './metrics';
export { metricsSchema } from './metrics/settings';
export * from './page';
export { convergenceSchema } from './settings/convergenceSettings';
export { lockSchema } from './settings/lockSettings';
export { notifySchema } from './settings/notifySettings';
