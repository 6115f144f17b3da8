import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Found,
  type LockPlace,
  type LockRecord,
  type LockWish,
  type Machine,
  type Patience,
  type Renewed,
  takeLock,
} from '../../../../release/lock';

/** A place of locks that expire, such as a Lease: in memory, and seen by everybody. */
class Place implements LockPlace {
  readonly describe = 'the lock';
  current: { readonly record: LockRecord; version: number; renewed: boolean } | undefined;
  answer: (record: LockRecord) => Promise<Renewed> = (record) => {
    if (this.current?.record.id !== record.id) return Promise.resolve('lost');
    this.current.version += 1;
    this.current.renewed = true;
    return Promise.resolve('renewed');
  };
  renewals = 0;

  create = (record: LockRecord): Promise<boolean> => {
    if (this.current !== undefined) return Promise.resolve(false);
    this.current = { record, version: 1, renewed: false };
    return Promise.resolve(true);
  };
  read = (): Promise<Found | undefined> => {
    if (this.current === undefined) return Promise.resolve(undefined);
    const { record, version, renewed } = this.current;
    const token = `${record.id}/${version}`;
    return Promise.resolve({ kind: 'record', record, token, ...(renewed ? { expiresAfter: LASTS_MS } : {}) });
  };
  remove = (token: string): Promise<boolean> => {
    if (`${this.current?.record.id}/${this.current?.version}` !== token) return Promise.resolve(false);
    this.current = undefined;
    return Promise.resolve(true);
  };
  renew = (record: LockRecord): Promise<Renewed> => {
    this.renewals += 1;
    return this.answer(record);
  };
}

const LASTS_MS = 60_000;
/** Long enough for any machine; a test of giving up says how soon. */
const timing = { renewEvery: 5, giveUpAfter: 600_000, expiresAfter: LASTS_MS };
const machine: Machine = { host: 'build-8', bootId: 'boot-2', processStart: () => '1' };
const wish: LockWish = { stack: 'prod', operation: 'rollback', owner: 'bob', pid: 1, now: new Date(0) };

let place: Place;
/** A clock that moves when somebody waits. */
let now = 0;
let meanwhile: () => void = () => undefined;
const waits: number[] = [];
const patience: Patience = {
  now: () => now,
  sleep: (milliseconds) => {
    now += milliseconds;
    meanwhile();
    return Promise.resolve();
  },
  onWait: (_, milliseconds) => waits.push(milliseconds),
};

beforeEach(() => {
  place = new Place();
  waits.length = 0;
  meanwhile = () => undefined;
});

/** A lock of a runner on another host, as its last renewal left it. */
const ofAnotherHost = async (renewed = true): Promise<void> => {
  const host = { ...machine, host: 'runner-1' };
  const held = await takeLock({ ...place, renew: undefined }, { ...wish, operation: 'advance to 25' }, host);
  place.current = { record: held.record, version: 7, renewed };
};

const take = (how: { readonly patience?: Patience } = { patience }) =>
  takeLock(place, wish, machine, { ...how, timing });

describe('a lock whose holder cannot be looked at', () => {
  it('is taken over once it was seen unrenewed for as long as it lasts', async () => {
    await ofAnotherHost();
    const from = now;
    const held = await take();
    expect(held).toMatchObject({ expired: true, broken: { host: 'runner-1', operation: 'advance to 25' } });
    expect(now - from).toBeGreaterThanOrEqual(LASTS_MS);
    expect(waits).toEqual([LASTS_MS]);
    await held.release();
    expect(place.current).toBeUndefined();
  });

  it('stands while it is renewed', async () => {
    await ofAnotherHost();
    meanwhile = () => place.current!.version++;
    await expect(take()).rejects.toMatchObject({
      outcome: 'locked',
      message: expect.stringContaining('goes on renewing it') as unknown,
    });
  });

  it('stands where it was never renewed: its holder has no right to, and age proves nothing', async () => {
    await ofAnotherHost(false);
    await expect(take()).rejects.toMatchObject({ outcome: 'locked' });
    expect(waits).toEqual([]);
  });

  it('stands for a command without patience, which says how it ends', async () => {
    await ofAnotherHost();
    await expect(take({})).rejects.toMatchObject({
      message: expect.stringContaining('a rollback takes the lock over within a minute') as unknown,
    });
  });

  it('that is renewed in the very moment in which it is taken over is not', async () => {
    await ofAnotherHost();
    const { remove } = place;
    place.remove = (token) => {
      place.current!.version += 1;
      return remove(token);
    };
    await expect(take()).rejects.toMatchObject({ outcome: 'locked' });
    expect(place.current!.record.host).toBe('runner-1');
  });

  it('is free when it is given back meanwhile', async () => {
    await ofAnotherHost();
    meanwhile = () => (place.current = undefined);
    const held = await take();
    expect(held).toMatchObject({ expired: false, broken: undefined });
    await held.release();
  });

  it('goes to one of several that wait', async () => {
    await ofAnotherHost();
    const tries = await Promise.allSettled([take(), take(), take()]);
    const taken = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(taken).toHaveLength(1);
    await taken[0]!.release();
  });
});

const aborted = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => {
    const tell = () => resolve((signal.reason as Error).message);
    if (signal.aborted) tell();
    else signal.addEventListener('abort', tell, { once: true });
  });

describe('the holder of a lock', () => {
  it('renews it until it gives it back', async () => {
    const held = await take();
    while (place.renewals < 3) await sleep(1);
    await held.release();
    expect(place.current).toBeUndefined();
    const after = place.renewals;
    await sleep(4 * timing.renewEvery);
    expect([place.renewals, held.lost.aborted]).toEqual([after, false]);
  });

  it('stops when somebody else has taken it over, and does not give back what is not its own', async () => {
    const held = await take();
    place.current = undefined;
    await ofAnotherHost();
    expect(await aborted(held.lost)).toBe('the lock was taken over by somebody else');
    await held.release();
    expect(place.current!.record.host).toBe('runner-1');
  });

  it.each<[string, () => Promise<Renewed>]>([
    ['is refused by a server that is down', () => Promise.reject(new Error('503'))],
    ['is never answered', () => new Promise(() => undefined)],
  ])('stops before the lock can expire where its renewal %s', async (_, answer) => {
    const held = await takeLock(place, wish, machine, { timing: { ...timing, giveUpAfter: 40 } });
    place.answer = answer;
    expect(await aborted(held.lost)).toMatch(/could not be renewed/);
    await held.release();
  });

  it('goes on where a renewal fails and the next one does not', async () => {
    let failures = 3;
    const { answer } = place;
    place.answer = (record) => (failures-- > 0 ? Promise.reject(new Error('503')) : answer(record));
    const held = await take();
    while (place.current?.renewed !== true) await sleep(1);
    expect(held.lost.aborted).toBe(false);
    await held.release();
  });

  it('without the right to renew it goes on, with a lock that does not expire', async () => {
    place.answer = () => Promise.resolve('refused');
    const held = await take();
    await sleep(4 * timing.renewEvery);
    expect([place.renewals, held.lost.aborted]).toEqual([1, false]);
    await held.release();
  });
});
