import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { projectRoot } from '../paths';
import { startOf } from '../toolchain/lock';
import { makeEngineHome } from './engineHome';

/** The name of a rehearsal: part of a folder's name. */
export const rehearsalNamePattern = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;

/** Everything one rehearsal writes, apart from its report. */
export interface StatePaths {
  readonly dir: string;
  readonly logs: string;
  /** The control socket. Kept short: the kernel takes 107 characters. */
  readonly socket: string;
  readonly hostConfig: string;
  readonly failure: string;
  readonly kubeconfig: string;
  readonly pulumiState: string;
  /** What the engine keeps per user. */
  readonly pulumiHome: string;
  /** The process outside the namespace that ends everything inside when it is killed. */
  readonly pid: string;
}

const stateRoot = () => join(projectRoot(), '.rehearsal');

export function statePaths(name: string): StatePaths {
  const dir = join(stateRoot(), name);
  const inside = join(dir, 'control.sock');
  const hash = createHash('sha256').update(dir).digest('hex').slice(0, 12);
  return {
    dir,
    logs: join(dir, 'logs'),
    socket: inside.length <= 100 ? inside : join(tmpdir(), `rehearsal-${hash}.sock`),
    hostConfig: join(dir, 'host.json'),
    failure: join(dir, 'failure.txt'),
    kubeconfig: join(dir, 'kubeconfig'),
    pulumiState: join(dir, 'pulumi'),
    pulumiHome: join(dir, 'pulumi-home'),
    pid: join(dir, 'pid'),
  };
}

export function makeStateFolders(paths: StatePaths): void {
  for (const dir of [paths.dir, paths.logs, paths.pulumiState]) {
    if (!existsSync(dir)) mkdirSync(dir, { recursive: true, mode: 0o700 });
  }
  makeEngineHome(paths.pulumiHome);
}

/**
 * The process that holds a rehearsal's namespace, if it is there. A number may have been given to another process since:
 * the command line tells.
 */
export function holder(paths: StatePaths): number | undefined {
  try {
    const pid = Number(readFileSync(paths.pid, 'utf8'));
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(paths.hostConfig) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keeps two starts of one name apart: the second one would remove the folder that the first one has just made.
 * @returns what ends the reservation; undefined while another process has it
 */
export function reserve(name: string): (() => void) | undefined {
  mkdirSync(stateRoot(), { recursive: true, mode: 0o700 });
  const file = join(stateRoot(), `${name}.starting`);
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
    if (owner > 0 && startOf(owner) !== undefined) return undefined;
    rmSync(file, { force: true });
  }
}

/** How long the logs of a rehearsal that has ended are kept. */
const keepMs = 24 * 3600 * 1000;

/** Removes what rehearsals left behind that were killed, or that ended long ago. */
export function pruneEnded(now: number): void {
  for (const entry of readdirSync(stateRoot(), { withFileTypes: true })) {
    if (!entry.isDirectory() || !rehearsalNamePattern.test(entry.name)) continue;
    const paths = statePaths(entry.name);
    const age = now - (statSync(paths.dir, { throwIfNoEntry: false })?.mtimeMs ?? now);
    if (age > keepMs && holder(paths) === undefined) rmSync(paths.dir, { recursive: true, force: true });
  }
}
