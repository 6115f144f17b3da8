export { removeDeadLocks } from './deadLocks';
export {
  StackEngine,
  type EngineOptions,
  type EngineResult,
  type PreviewOptions,
  type UpOptions,
} from './engine';
export { EngineFailure } from './errors';
export { killLeftovers, RUN_MARKER } from './leftovers';
export type { EngineProcess } from './process';
export {
  objectId,
  parseState,
  pendingCreations,
  type PendingCreation,
  type StackState,
  type StateResource,
} from './state';
