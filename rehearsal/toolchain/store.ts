import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildFlags, type Family, type Tool, tools, type Wheel } from './catalogue';
import type { Machine } from './machine';
import { parseVersion } from './versions';

const keyLength = 16;

function keyOf(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, keyLength);
}

/** `1.26` of `1.26.8`: patch releases of Go make tools that behave the same, so they share a cache. */
function minorOf(version: string): string {
  return (parseVersion(version) ?? [0, 0]).slice(0, 2).join('.');
}

/** Every file of a module folder, in one order on all machines: pins, and what is written here. */
function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Where a family's tools are kept: every pin is in the folder's name, so a changed pin can never meet an old binary. */
export function familyFolder(machine: Machine, family: Family, goVersion: string): string {
  const pins = sourcesIn(join(machine.modules, family)).map((file) => readFileSync(file));
  const packages = tools.flatMap((tool) =>
    tool.kind === 'go' && tool.family === family ? [tool.name, tool.package] : [],
  );
  const key = keyOf([
    ...pins,
    ...packages,
    ...buildFlags,
    minorOf(goVersion),
    machine.platform,
    machine.arch,
  ]);
  return join(machine.cache, `${family}-${key}`);
}

/** Where what came out of a wheel is kept. */
export function wheelFolder(machine: Machine, wheel: Wheel): string {
  return join(machine.cache, `${wheel.project}-${keyOf([wheel.version, wheel.sha256])}`);
}

/** Where a finished tool is, or will be. */
export function toolPath(machine: Machine, tool: Tool, goVersion: string): string {
  const folder =
    tool.kind === 'go' ? familyFolder(machine, tool.family, goVersion) : wheelFolder(machine, tool.wheel);
  return join(folder, 'bin', tool.name);
}

/**
 * Puts a finished file or folder in its place by one rename, so that nobody ever sees half of it.
 * Where another run was faster with a folder, its work is as good as ours and stays.
 */
export function putInPlace(finished: string, place: string): void {
  mkdirSync(dirname(place), { recursive: true });
  try {
    renameSync(finished, place);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if ((code !== 'ENOTEMPTY' && code !== 'EEXIST') || !existsSync(place)) throw error;
    rmSync(finished, { recursive: true, force: true });
  }
}

/** What begins so in the cache belongs to a run that is under way, or to none. */
export const workPrefix = 'work-';

/**
 * A folder for unfinished things, on the file system of the finished ones. To be called with the lock held: what an
 * interrupted run left behind is removed.
 */
export function makeWorkFolder(machine: Machine): string {
  mkdirSync(machine.cache, { recursive: true });
  for (const entry of readdirSync(machine.cache)) {
    if (entry.startsWith(workPrefix)) rmSync(join(machine.cache, entry), { recursive: true, force: true });
  }
  const folder = join(machine.cache, `${workPrefix}${process.pid}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}
