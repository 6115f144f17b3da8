import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { at, isMap } from './model/json';

/** A stack as the engine names it. */
export interface StackName {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
}

/** The engine that started this process, so that the same version reads the same state; else the one on PATH. */
function pulumiCommand(): string {
  try {
    const parent = readlinkSync(`/proc/${process.ppid}/exe`);
    if (basename(parent) === 'pulumi') return parent;
  } catch {
    // Not Linux, or not allowed to look: PATH is the usual place.
  }
  return 'pulumi';
}

/** Longer than a remote backend takes; a preview must not wait for ever on it. Milliseconds. */
const PATIENCE_MS = 30_000;

/** The last state of a stack as `pulumi stack export` gives it; secrets stay encrypted. */
export function exportState(stack: string, cwd: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    execFile(
      pulumiCommand(),
      ['stack', 'export', '--stack', stack, '--non-interactive'],
      {
        cwd,
        timeout: PATIENCE_MS,
        maxBuffer: 512 * 1024 * 1024,
        env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: 'true' },
      },
      (error, stdout, stderr) => {
        if (error !== null) {
          reject(new Error(stderr.trim().split('\n').at(-1) ?? error.message));
          return;
        }
        try {
          resolve(JSON.parse(stdout));
        } catch {
          reject(new Error('pulumi stack export gave no JSON'));
        }
      },
    );
  });
}

/** The version of the checkpoint files that are understood here. */
const CHECKPOINT_VERSION = 3;

/** The file of a stack in a backend that is a folder; undefined for any other backend. */
function checkpointFile({ project, stack }: StackName, backend: string | undefined): string | undefined {
  if (backend === undefined || !backend.startsWith('file:///') || backend.includes('?')) return undefined;
  const folder = fileURLToPath(backend);
  return isAbsolute(folder) ? join(folder, '.pulumi', 'stacks', project, `${stack}.json`) : undefined;
}

/**
 * The last state of a stack where the backend is a folder, in the form of `pulumi stack export`.
 *
 * A second engine would cost a small preview a tenth of its time for what one file holds. It is read in one go, before
 * the engine writes to it. Undefined for everything that is not exactly as expected: the engine itself is asked then.
 */
export function readCheckpoint(
  name: StackName,
  backend: string | undefined = process.env['PULUMI_BACKEND_URL'],
): unknown {
  const file = checkpointFile(name, backend);
  if (file === undefined || !existsSync(file)) return undefined;
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const checkpoint = at(content, 'checkpoint');
    if (at(content, 'version') !== CHECKPOINT_VERSION || !isMap(checkpoint)) return undefined;
    // A stack that was never updated has no `latest`.
    return { deployment: checkpoint['latest'] ?? {} };
  } catch {
    return undefined;
  }
}

/** The last state of the stack that the engine works on. */
export async function lastState(name: StackName, cwd: string): Promise<unknown> {
  const full = [name.organization, name.project, name.stack].filter((part) => part !== '').join('/');
  return readCheckpoint(name) ?? (await exportState(full, cwd));
}
