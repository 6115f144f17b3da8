export { fileLock } from './fileLock';
export { leaseLock, RECORD_ANNOTATION } from './leaseLock';
export { liveness, type Machine } from './liveness';
export { type Found, type HeldLock, type LockPlace, type LockWish, takeLock } from './lock';
export { thisMachine } from './machine';
export { describeLock, type LockRecord, parseLock, writeLock } from './record';
