export { removeDeadLocks, removeHalfAttributes } from './deadLocks';
export {
  StackEngine,
  type EngineOptions,
  type EngineResult,
  type PreviewOptions,
  type UpOptions,
} from './engine';
export { EngineFailure } from './errors';
export { runEngine, type EngineProcess } from './process';
export { objectId, parseState, type PendingCreation, type StackState, type StateResource } from './state';
