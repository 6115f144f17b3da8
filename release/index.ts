/** What others may use of the release command: the rehearsal mends and ends engines the same way. */
export { killLeftovers, RUN_MARKER } from './engine/leftovers';
export { removeDeadLocks } from './engine/deadLocks';
export { objectId, pendingCreations, type PendingCreation } from './engine/state';
