export { removeDeadLocks, removeHalfAttributes } from './deadLocks';
export { StackEngine, type EngineResult } from './engine';
export { EngineFailure } from './errors';
export { runEngine } from './process';
export { objectId, parseState, type StackState, type StateResource } from './state';
