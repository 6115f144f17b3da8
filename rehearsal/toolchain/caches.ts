import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from './machine';
import { workPrefix } from './store';

/** Where Go keeps unpacked modules and compiled packages while the tools are built. */
export interface BuildCaches {
  readonly modules: string;
  readonly build: string;
}

/** The folder of the toolchain's own caches. The user's are not filled with what is needed once. */
const ownFolder = (machine: Machine): string => join(machine.cache, 'go-caches');

/** The caches the toolchain makes for itself. */
export function ownCaches(machine: Machine): BuildCaches {
  return { modules: join(ownFolder(machine), 'mod'), build: join(ownFolder(machine), 'build') };
}

/** Whether compiled packages and modules stay for the next build: BOOKINFO_CANARY_KEEP_BUILD_CACHE, set to anything. */
function keepsCaches(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['BOOKINFO_CANARY_KEEP_BUILD_CACHE']);
}

/**
 * Removes the toolchain's own caches, and no other folder: a cache that the user named is the user's.
 *
 * To be called with the lock held. The rename comes first: where this is interrupted, the next run's work folder takes
 * the rest away, and no build ever meets half a cache.
 */
export function removeOwnCaches(machine: Machine): void {
  const folder = ownFolder(machine);
  if (keepsCaches(machine.env) || !existsSync(folder)) return;
  const gone = join(machine.cache, `${workPrefix}caches-${process.pid}`);
  renameSync(folder, gone);
  rmSync(gone, { recursive: true, force: true });
}
