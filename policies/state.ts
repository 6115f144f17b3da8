import { execFile } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';

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
