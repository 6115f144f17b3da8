import { randomUUID } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ToolchainError } from './errors';

interface Owner {
  readonly pid: number;
  /** Clock ticks from boot to the owner's start, so that another process under the same number is told apart. */
  readonly started: string;
  /** Machine and process number space: elsewhere `pid` means nothing. */
  readonly space: string;
}

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Called once when the lock is held by somebody else. */
  readonly onWait?: (message: string) => void;
  /** Between two looks. Default 1 s. */
  readonly pollMs?: number;
  /** How long to wait in all. Default 2 hours: twice a cold build of everything on a slow machine. */
  readonly patienceMs?: number;
}

/** The owner says it is alive by touching the file this often, */
const heartbeatMs = 10_000;
/** and is taken for dead after this long without, where its process cannot be looked up. */
const silenceMs = 120_000;

/** Clock ticks from boot to a process's start; undefined when it is gone, or has ended and is not taken note of. */
export function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name stands in parentheses and may hold spaces; state and start time are the 1st and 20th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function thisSpace(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

function ownerOf(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

function isStale(file: string, owner: Owner | undefined): boolean {
  if (owner?.space === thisSpace()) return startOf(owner.pid) !== owner.started;
  try {
    return Date.now() - statSync(file).mtimeMs > silenceMs;
  } catch {
    return false;
  }
}

/** Takes the lock if it is free; linking a complete file makes taking and naming the owner one act. */
function take(file: string): boolean {
  const owner: Owner = { pid: process.pid, started: startOf(process.pid) ?? '', space: thisSpace() };
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(owner));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

async function acquire(file: string, options: LockOptions): Promise<void> {
  const { signal, onWait, pollMs = 1_000, patienceMs = 2 * 3_600_000 } = options;
  const deadline = Date.now() + patienceMs;
  let told = false;
  while (!take(file)) {
    const owner = ownerOf(file);
    if (isStale(file, owner)) {
      rmSync(file, { force: true });
      continue;
    }
    const who = owner ? `process ${owner.pid}` : 'another process';
    if (Date.now() > deadline) {
      throw new ToolchainError('lock', [
        {
          path: file,
          problem: `is held by ${who} for longer than ${Math.round(patienceMs / 60_000)} minutes`,
          remedy: 'end that process, or remove the file when it makes no tools any more',
        },
      ]);
    }
    if (!told) onWait?.(`${who} is making the tools; waiting for it (lock: ${file})`);
    told = true;
    await sleep(pollMs, undefined, { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  }
}

/**
 * Runs `work` while holding the lock `file`.
 *
 * The lock saves work, it does not guard correctness: everything is put in place by rename. So the short moment in
 * which two that found the same dead owner could both go on costs time only.
 */
export async function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  await acquire(file, options);
  const release = (): void => {
    if (ownerOf(file)?.pid === process.pid) rmSync(file, { force: true });
  };
  const heartbeat = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // Somebody removed the file by hand; the work goes on, see above.
    }
  }, heartbeatMs);
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.off('exit', release);
    release();
  }
}
