import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { processStart, runsAnywhere } from '../lock/machine';

/** What the engine writes into a lock of its file backend. */
const lockSchema = z.object({ pid: z.number().int().positive(), hostname: z.string() });

/** Undefined for a file that was being written when its writer ended, or that its owner has removed meanwhile. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function filesBelow(dir: string, extension: string): string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The folder in which a file backend keeps all that is its own; undefined for every other backend. */
function storeOf(backendUrl: string): string | undefined {
  if (!backendUrl.startsWith('file://')) return undefined;
  try {
    return join(fileURLToPath(backendUrl), '.pulumi');
  } catch {
    // Relative forms (`file://~`, `file://.`) are the engine's own to read.
    return undefined;
  }
}

const lockFiles = (store: string) => filesBelow(join(store, 'locks'), '.json');

/**
 * Removes the engine's locks in a file backend whose engine is provably gone: taken on this very machine, by a process
 * that does not exist any more. A lock names host and process only, and containers may share a host's name: so the process must not
 * exist in any pid namespace, and where not all of them can be seen, the release's own lock, which names the namespace, must have
 * been that of a process that is gone. Every other lock stays, as does one that cannot be read; a service backend keeps its own.
 *
 * @param backendUrl `PULUMI_BACKEND_URL`.
 * @param isHolderGone Whether the holder of the release's lock, who alone could hold the engine's, is known to be gone.
 * @returns How many went.
 */
export function removeDeadLocks(backendUrl: string, isHolderGone = false): number {
  const store = storeOf(backendUrl);
  if (store === undefined) return 0;
  const dead = lockFiles(store).filter((file) => {
    const lock = lockSchema.safeParse(readJson(file));
    if (!lock.success || lock.data.hostname !== hostname() || processStart(lock.data.pid) !== false)
      return false;
    return isHolderGone || runsAnywhere(lock.data.pid) === false;
  });
  for (const file of dead) rmSync(file, { force: true });
  return dead.length;
}

/**
 * Removes half-written attributes from a file backend that no engine works on.
 *
 * The engine's store replaces a file of state in one piece, but writes the small file of attributes beside it in place.
 * An engine that is killed right then leaves that one empty, and every later one refuses the state next to it, which is
 * whole ("failed to load checkpoint: EOF"). A file without attributes is read as it is.
 *
 * @param backendUrl `PULUMI_BACKEND_URL`.
 */
export function removeHalfAttributes(backendUrl: string): void {
  const store = storeOf(backendUrl);
  if (store === undefined || lockFiles(store).length > 0) return;
  const half = filesBelow(store, '.attrs').filter((file) => readJson(file) === undefined);
  for (const file of half) rmSync(file, { force: true });
}
