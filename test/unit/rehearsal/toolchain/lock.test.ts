import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../../../../rehearsal/toolchain/lock';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-test-'));
  file = join(folder, 'deep', 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const quick = { pollMs: 5 };
const nothing = (): Promise<void> => Promise.resolve();

/** The lock file as this process writes it, with changes. */
async function ownerFile(changes: Record<string, unknown>): Promise<string> {
  let text = '';
  await withLock(file, quick, () => {
    text = readFileSync(file, 'utf8');
    return Promise.resolve();
  });
  return JSON.stringify({ ...(JSON.parse(text) as object), ...changes });
}

describe('withLock', () => {
  it('lets one in at a time, tells who waits, and leaves no file', async () => {
    const events: string[] = [];
    const told: string[] = [];
    const first = withLock(file, quick, async () => {
      events.push('first in');
      await sleep(60);
      events.push('first out');
    });
    const second = withLock(file, { ...quick, onWait: (message) => told.push(message) }, () => {
      events.push('second in');
      return Promise.resolve();
    });
    await Promise.all([first, second]);
    expect(events).toEqual(['first in', 'first out', 'second in']);
    expect(told).toEqual([`process ${process.pid} is making the tools; waiting for it (lock: ${file})`]);
    expect(existsSync(file)).toBe(false);
  });

  it('is released when the work fails', async () => {
    await expect(withLock(file, quick, () => Promise.reject(new Error('no luck')))).rejects.toThrow(
      'no luck',
    );
    expect(existsSync(file)).toBe(false);
  });

  it('takes over from an owner that has ended', async () => {
    const ended = spawnSync('/bin/true').pid;
    writeFileSync(file, await ownerFile({ pid: ended }));
    await expect(withLock(file, { ...quick, patienceMs: 1_000 }, () => Promise.resolve('in'))).resolves.toBe(
      'in',
    );
  });

  it('takes over when the owner’s number belongs to another process now', async () => {
    writeFileSync(file, await ownerFile({ started: '1' }));
    await expect(withLock(file, { ...quick, patienceMs: 1_000 }, () => Promise.resolve('in'))).resolves.toBe(
      'in',
    );
  });

  it('waits for an owner on another machine while that one shows signs of life', async () => {
    writeFileSync(file, await ownerFile({ space: 'elsewhere' }));
    await expect(withLock(file, { ...quick, patienceMs: 40 }, nothing)).rejects.toThrow(/is held by process/);
    const longAgo = new Date(Date.now() - 600_000);
    utimesSync(file, longAgo, longAgo);
    await expect(withLock(file, quick, () => Promise.resolve('in'))).resolves.toBe('in');
  });

  it('stops waiting when it is told to', async () => {
    writeFileSync(file, await ownerFile({ space: 'elsewhere' }));
    const ending = new AbortController();
    setTimeout(() => ending.abort(new Error('enough')), 20);
    await expect(withLock(file, { pollMs: 10_000, signal: ending.signal }, nothing)).rejects.toThrow(
      'enough',
    );
  });
});
