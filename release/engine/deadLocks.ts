import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** What the engine writes into a lock of its file backend. */
const lockSchema = z.object({ pid: z.number().int().positive(), hostname: z.string() });

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Undefined for a file that was being written when its writer ended, or that its owner has removed meanwhile. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function lockFiles(dir: string): string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/**
 * Removes the engine's locks in a file backend whose engine is provably gone: taken on this very machine, by a process
 * that does not exist any more. Every other lock stays, as does one that cannot be read; a service backend keeps its own.
 *
 * @param backendUrl `PULUMI_BACKEND_URL`.
 * @returns How many went.
 */
export function removeDeadLocks(backendUrl: string): number {
  if (!backendUrl.startsWith('file://')) return 0;
  let folder: string;
  try {
    folder = fileURLToPath(backendUrl);
  } catch {
    // Relative forms (`file://~`, `file://.`) are the engine's own to read.
    return 0;
  }
  const dead = lockFiles(join(folder, '.pulumi', 'locks')).filter((file) => {
    const lock = lockSchema.safeParse(readJson(file));
    return lock.success && lock.data.hostname === hostname() && !isRunning(lock.data.pid);
  });
  for (const file of dead) rmSync(file, { force: true });
  return dead.length;
}
