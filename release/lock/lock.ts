import { randomUUID } from 'node:crypto';
import { ReleaseError } from '../exitCodes';
import { liveness, type Machine } from './liveness';
import { describeLock, type LockRecord } from './record';

/** What a lock finds in its place. */
export type Found =
  | { readonly kind: 'record'; readonly record: LockRecord; readonly token: string }
  /** Something that is no record; `token` stands for exactly what was read. */
  | { readonly kind: 'unreadable'; readonly token: string };

/**
 * A place that holds at most one lock. All three must be atomic at the place itself: a file made exclusively, or an object
 * of the API server with a resource version (a Lease).
 */
export interface LockPlace {
  /** Where it is, for messages. */
  readonly describe: string;
  /** Puts a record where there is none. False when there is one. */
  readonly create: (record: LockRecord) => Promise<boolean>;
  readonly read: () => Promise<Found | undefined>;
  /** Takes away what `token` stands for; false when there is something else by now, which then stays. */
  readonly remove: (token: string) => Promise<boolean>;
}

export interface HeldLock {
  readonly record: LockRecord;
  /** The dead holder's lock that was broken for it; its operation may have left something half done. */
  readonly broken?: LockRecord;
  /** Gives the lock back; does nothing when somebody else holds it by now. */
  readonly release: () => Promise<void>;
}

export interface LockWish {
  readonly stack: string;
  readonly operation: string;
  readonly owner: string;
  readonly pid: number;
  readonly now: Date;
}

const makeRecord = (wish: LockWish, machine: Machine): LockRecord => {
  const started = machine.processStart(wish.pid);
  return {
    schema: 1,
    id: randomUUID(),
    stack: wish.stack,
    operation: wish.operation,
    owner: wish.owner,
    host: machine.host,
    pid: wish.pid,
    processStart: started === false ? undefined : started,
    bootId: machine.bootId,
    takenAt: wish.now.toISOString(),
  };
};

function refused(found: Found, place: LockPlace, why: string): ReleaseError {
  const remedy = `wait for it; if you know that nothing runs any more, delete ${place.describe}`;
  return found.kind === 'record'
    ? new ReleaseError(
        'locked',
        `another release is under way: ${describeLock(found.record)} (${why})`,
        remedy,
      )
    : new ReleaseError(
        'locked',
        `the lock at ${place.describe} cannot be read, so who holds it is not known`,
        remedy,
      );
}

/** Enough for a dead lock to be broken and for two others to be quicker; then somebody holds it. */
const ATTEMPTS = 4;

/**
 * Takes the lock, breaking one whose holder is provably dead.
 * @throws ReleaseError (locked) naming who holds it; nothing was written then
 */
export async function takeLock(place: LockPlace, wish: LockWish, machine: Machine): Promise<HeldLock> {
  const record = makeRecord(wish, machine);
  let broken: LockRecord | undefined;
  let last: { found: Found; why: string } | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await place.create(record)) {
      const release = async () => {
        const found = await place.read();
        if (found?.kind === 'record' && found.record.id === record.id) await place.remove(found.token);
      };
      return { record, broken, release };
    }
    const found = await place.read();
    if (found === undefined) continue;
    if (found.kind === 'unreadable') throw refused(found, place, '');
    const { state, why } = liveness(found.record, machine);
    last = { found, why };
    if (state !== 'dead') throw refused(found, place, why);
    if (await place.remove(found.token)) broken = found.record;
  }
  if (last !== undefined) throw refused(last.found, place, 'it changed hands while it was looked at');
  throw new ReleaseError(
    'locked',
    `the lock at ${place.describe} is taken and given back all the time`,
    'try again',
  );
}
