import { randomUUID } from 'node:crypto';
import { ReleaseError } from '../exitCodes';
import { liveness, type Machine } from './liveness';
import { describeLock, type LockRecord } from './record';
import { keepRenewing, lockTiming, type LockTiming, type Renewed } from './renewal';

/** What a lock finds in its place. */
export type Found =
  | {
      readonly kind: 'record';
      readonly record: LockRecord;
      /** Changes with every renewal. */
      readonly token: string;
      /** Seen unchanged for so long, it is nobody's, milliseconds; undefined where its holder does not renew it. */
      readonly expiresAfter?: number;
    }
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
  /** Says that the holder is at work still. Undefined where locks do not expire. Rejects where the place cannot be asked. */
  readonly renew?: (record: LockRecord) => Promise<Renewed>;
}

export interface HeldLock {
  readonly record: LockRecord;
  /** The dead holder's lock that was broken for it; its operation may have left something half done. */
  readonly broken?: LockRecord;
  /** Whether the broken lock had expired: its holder was elsewhere, and cannot be looked at. */
  readonly expired?: boolean;
  /** Aborts when the lock is somebody else's, or could be soon: whatever goes on under it has to stop. */
  readonly lost: AbortSignal;
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

/** How a lock is waited for whose holder cannot be looked at. */
export interface Patience {
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Called before the wait begins. */
  readonly onWait: (record: LockRecord, milliseconds: number) => void;
}

/** From one look at a lock that may have expired to the next, milliseconds. */
const LOOK_MS = 1_000;

/** Whether a lock stays as it was read for as long as it lasts. */
async function seenToExpire(
  place: LockPlace,
  { token, record }: Extract<Found, { kind: 'record' }>,
  lasts: number,
  { now, sleep, onWait }: Patience,
): Promise<boolean> {
  onWait(record, lasts);
  const since = now();
  while (now() - since < lasts) {
    await sleep(LOOK_MS);
    if ((await place.read())?.token !== token) return false;
  }
  return true;
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

/** What a command that does not wait says of one that does. */
const EXPIRY_HINT = 'should it be gone, a rollback takes the lock over within a minute';

/** Enough for a dead lock to be broken and for two others to be quicker; then somebody holds it. */
const ATTEMPTS = 4;

interface Taking {
  /** Waits for a lock to expire; default: a lock whose holder cannot be looked at stands. */
  readonly patience?: Patience;
  readonly timing?: LockTiming;
}

/**
 * Takes the lock, breaking one whose holder is provably dead, or with patience one that is not renewed any more, and renews it
 * from then on.
 * @throws ReleaseError (locked) naming who holds it; nothing was written then
 */
export async function takeLock(
  place: LockPlace,
  wish: LockWish,
  machine: Machine,
  { patience, timing = lockTiming }: Taking = {},
): Promise<HeldLock> {
  const record = makeRecord(wish, machine);
  let broken: LockRecord | undefined;
  let expired = false;
  let last: { found: Found; why: string } | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await place.create(record)) {
      const renewal = keepRenewing(place, record, timing);
      const release = async () => {
        await renewal.stop();
        const found = await place.read();
        if (found?.kind === 'record' && found.record.id === record.id) await place.remove(found.token);
      };
      return { record, broken, expired, lost: renewal.lost, release };
    }
    const found = await place.read();
    if (found === undefined) continue;
    if (found.kind === 'unreadable') throw refused(found, place, '');
    const { state, why } = liveness(found.record, machine);
    last = { found, why };
    const { expiresAfter } = found;
    const mayExpire = state === 'unknown' && expiresAfter !== undefined;
    if (mayExpire && patience !== undefined) {
      if (!(await seenToExpire(place, found, expiresAfter, patience))) {
        const now = await place.read();
        if (now?.kind !== 'record' || now.record.id !== found.record.id) continue;
        throw refused(found, place, `${why}, and goes on renewing it`);
      }
      expired = true;
    } else if (state !== 'dead') {
      throw refused(found, place, mayExpire ? `${why}; ${EXPIRY_HINT}` : why);
    }
    if (await place.remove(found.token)) broken = found.record;
    else expired = false;
  }
  if (last !== undefined) throw refused(last.found, place, 'it changed hands while it was looked at');
  throw new ReleaseError(
    'locked',
    `the lock at ${place.describe} is taken and given back all the time`,
    'try again',
  );
}
