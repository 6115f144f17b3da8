import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { projectRoot } from '../paths';

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
}

export function statePaths(name: string): StatePaths {
  const dir = join(projectRoot(), '.rehearsal', name);
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
  };
}

export function makeStateFolders(paths: StatePaths): void {
  for (const dir of [paths.dir, paths.logs, paths.pulumiState]) {
    if (!existsSync(dir)) mkdirSync(dir, { recursive: true, mode: 0o700 });
  }
}
