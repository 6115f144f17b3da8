/** What others may use of the release command: the rehearsal runs, ends and mends engines, and reads metrics, the same way. */
export { StackEngine } from './engine/engine';
export { runEngine } from './engine/process';
export type { PendingCreation } from './engine/state';
export { type Family, type MetricKind, parseExposition } from './metrics/prometheusText';
