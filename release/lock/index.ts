export { fileLock } from './fileLock';
export { leaseLock, RECORD_ANNOTATION } from './leaseLock';
export { liveness, type Machine } from './liveness';
export { type Found, type HeldLock, type LockPlace, type LockWish, type Patience, takeLock } from './lock';
export type { Renewed } from './renewal';
export { thisMachine } from './machine';
export { describeLock, type LockRecord, parseLock, writeLock } from './record';
