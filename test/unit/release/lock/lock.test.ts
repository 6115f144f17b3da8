import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  fileLock,
  liveness,
  type LockRecord,
  type LockWish,
  type Machine,
  parseLock,
  takeLock,
  thisMachine,
  writeLock,
} from '../../../../release/lock';
import { startTicks } from '../../../../release/lock/machine';
import { withZombie } from '../zombie';

const machine = (more: Partial<Machine> = {}): Machine => ({
  host: 'build-7',
  bootId: 'boot-1',
  processStart: () => '100',
  ...more,
});

const record: LockRecord = {
  schema: 1,
  id: 'a',
  stack: 'prod',
  operation: 'advance to 25',
  owner: 'alice',
  host: 'build-7',
  pid: 4711,
  processStart: '100',
  bootId: 'boot-1',
  takenAt: '2026-11-21T12:00:00.000Z',
};

const wish: LockWish = {
  stack: 'prod',
  operation: 'run',
  owner: 'bob',
  pid: 1,
  now: new Date('2026-11-21T12:05:00Z'),
};

describe('who is provably dead', () => {
  test.each<[string, Partial<LockRecord>, Partial<Machine>, string, RegExp]>([
    ['the process runs', {}, {}, 'alive', /4711 runs/],
    ['the process is gone', {}, { processStart: () => false }, 'dead', /is gone/],
    ['a later process has its pid', {}, { processStart: () => '200' }, 'dead', /later one/],
    ['another host', { host: 'build-8' }, { processStart: () => false }, 'unknown', /another host, build-8/],
    [
      'another boot, or another container',
      { bootId: 'boot-0' },
      { processStart: () => false },
      'unknown',
      /started anew/,
    ],
    [
      'its boot was not written down',
      { bootId: undefined },
      { processStart: () => false },
      'unknown',
      /boot/,
    ],
    ['our boot is not known', {}, { bootId: undefined, processStart: () => false }, 'unknown', /boot/],
    [
      'its start was not written down, a process runs',
      { processStart: undefined },
      {},
      'unknown',
      /whether it is the same/,
    ],
    [
      'its start was not written down, none runs',
      { processStart: undefined },
      { processStart: () => false },
      'dead',
      /gone/,
    ],
    [
      'the process cannot be looked at',
      {},
      { processStart: () => undefined },
      'unknown',
      /cannot be looked at/,
    ],
  ])('%s', (_, more, ours, state, why) => {
    expect(liveness({ ...record, ...more }, machine(ours))).toEqual({
      state,
      why: expect.stringMatching(why) as string,
    });
  });

  test('this very process is alive, an ended one is dead', async () => {
    const here = thisMachine();
    const own = {
      ...record,
      host: here.host,
      bootId: here.bootId,
      pid: process.pid,
      processStart: here.processStart(process.pid),
    };
    expect(liveness(own as LockRecord, here).state).toBe('alive');
    const child = spawn(process.execPath, ['-e', '']);
    const [pid, started] = [child.pid!, here.processStart(child.pid!)];
    await once(child, 'exit');
    expect(liveness({ ...own, pid, processStart: started } as LockRecord, here).state).toBe('dead');
  });

  test('a process that has ended is dead, though its parent takes no note of that', async () => {
    const here = thisMachine();
    await withZombie((pid) => {
      const own = { ...record, host: here.host, bootId: here.bootId, pid };
      expect(liveness(own as LockRecord, here).state).toBe('dead');
    });
  });

  test('a process whose name holds brackets and spaces', () => {
    const fields = Array.from({ length: 30 }, (_, i) => String(i + 3));
    expect(startTicks(`7 (a) b) R (x) ${fields.join(' ')}`)).toBe('22');
  });
});

describe('a record', () => {
  test('comes back as it was written', () => expect(parseLock(writeLock(record))).toEqual(record));
  test.each([
    '',
    '{',
    'null',
    '[]',
    '{"schema":2}',
    writeLock(record).slice(0, 60),
    JSON.stringify({ ...record, pid: 'x' }),
  ])('%j is none', (text) => expect(parseLock(text)).toBeUndefined());
});

describe('in a file', () => {
  let folder = '';
  let file = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'release-lock-'));
    file = join(folder, 'deep', 'prod.lock');
  });
  afterEach(() => rm(folder, { recursive: true }));
  const left = () => readdir(join(folder, 'deep'));

  test('is taken, says who has it, and is given back', async () => {
    const held = await takeLock(fileLock(file), wish, machine());
    expect(parseLock(await readFile(file, 'utf8'))).toMatchObject({
      owner: 'bob',
      stack: 'prod',
      pid: 1,
      bootId: 'boot-1',
      takenAt: '2026-11-21T12:05:00.000Z',
    });
    expect(await left()).toEqual(['prod.lock']);
    await held.release();
    expect(await left()).toEqual([]);
    await held.release();
  });

  test('a second one is refused with the name of the first, and writes nothing', async () => {
    await takeLock(fileLock(file), { ...wish, operation: 'advance to 25', owner: 'alice' }, machine());
    const before = await readFile(file, 'utf8');
    await expect(takeLock(fileLock(file), wish, machine())).rejects.toMatchObject({
      exitCode: 5,
      message: expect.stringMatching(
        /advance to 25 of stack prod by alice on build-7, process 1, since 2026-11-21T12:05/,
      ) as string,
      remedy: expect.stringContaining(file) as string,
    });
    expect(await readFile(file, 'utf8')).toBe(before);
    expect(await left()).toEqual(['prod.lock']);
  });

  test('a dead one is broken, and told of', async () => {
    await takeLock(fileLock(file), { ...wish, owner: 'alice' }, machine());
    const held = await takeLock(
      fileLock(file),
      wish,
      machine({ processStart: (pid) => (pid === 1 ? '999' : false) }),
    );
    expect(held.broken).toMatchObject({ owner: 'alice' });
    expect(held.record.owner).toBe('bob');
    expect(await left()).toEqual(['prod.lock']);
  });

  test('one that cannot be read stands', async () => {
    await takeLock(fileLock(file), wish, machine());
    await writeFile(file, '{"schema":1,"own');
    await expect(
      takeLock(fileLock(file), wish, machine({ processStart: () => false })),
    ).rejects.toMatchObject({ exitCode: 5, message: expect.stringMatching(/cannot be read/) as string });
    expect(await readFile(file, 'utf8')).toBe('{"schema":1,"own');
  });

  test('who releases late does not take another’s lock away', async () => {
    const first = await takeLock(fileLock(file), wish, machine());
    await rm(file);
    await takeLock(fileLock(file), { ...wish, owner: 'carol' }, machine());
    await first.release();
    expect(parseLock(await readFile(file, 'utf8'))?.owner).toBe('carol');
  });

  test('of twenty at once exactly one gets it, also when all find a dead one', async () => {
    for (const dead of [false, true]) {
      await rm(file, { force: true });
      const place = fileLock(file);
      if (dead) await place.create({ ...record, pid: 4711 });
      const ours = machine({ processStart: (pid) => (pid === 4711 ? false : '100') });
      const all = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) => takeLock(fileLock(file), { ...wish, pid: i + 1 }, ours)),
      );
      const taken = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      const codes = new Set(
        all.flatMap((one) =>
          one.status === 'rejected' ? [(one.reason as { exitCode: number }).exitCode] : [],
        ),
      );
      expect(taken).toHaveLength(1);
      expect(codes).toEqual(new Set([5]));
      expect(parseLock(await readFile(file, 'utf8'))?.id).toBe(taken[0]?.record.id);
      expect(await left()).toEqual(['prod.lock']);
    }
  });

  test('a marker left behind by a killed remover is cleared away after a while', async () => {
    const place = fileLock(file);
    await place.create(record);
    const found = (await place.read())!;
    const marker = `${file}.${found.token.slice(0, 16)}.removing`;
    await writeFile(marker, '');
    expect(await place.remove(found.token)).toBe(false);
    const old = new Date(Date.now() - 60_000);
    await utimes(marker, old, old);
    expect(await place.remove(found.token)).toBe(false);
    expect(await place.remove(found.token)).toBe(true);
    expect(await place.read()).toBeUndefined();
  });

  test('a token of something else removes nothing', async () => {
    const place = fileLock(file);
    await place.create(record);
    expect(await place.remove('0'.repeat(64))).toBe(false);
    expect(await place.read()).toMatchObject({ kind: 'record' });
  });
});
