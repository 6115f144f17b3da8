/** What others may use of the release command: the rehearsal runs, ends and mends engines the same way. */
export { StackEngine } from './engine/engine';
export { runEngine } from './engine/process';
export type { PendingCreation } from './engine/state';
