import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Platform } from '../../../rehearsal/platform/platform';
import { processesWith } from '../../support/processes';

/** Packets on all links of a platform's network namespace. */
export interface Captured {
  /** From a pod to a pod. */
  readonly betweenPods: number;
  /** Of those, in which the text stands as it was sent. */
  readonly clearBetweenPods: number;
  /** Others in which it stands: an application's to its own sidecar, and from it. */
  readonly clearElsewhere: number;
}

/** Searches what is sent while something happens for a text, byte by byte. @throws where the namespace cannot be entered */
export async function captured(
  { paths }: Platform,
  text: string,
  during: () => Promise<void>,
): Promise<Captured> {
  // The host is the first process of its namespaces; what it was started by is not in them.
  const [host] = processesWith('rehearsal-host.js', paths.hostConfig).filter(
    ({ line }) => !line.startsWith('unshare'),
  );
  if (host === undefined) throw new Error('the platform has no host process');
  const user = process.getuid?.() === 0 ? [] : ['--user', '--preserve-credentials'];
  const enter = ['--target', String(host.pid), '--net', ...user];
  const watching = spawn('nsenter', [...enter, 'python3', join(__dirname, 'capture.py'), text], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: watching.stdout })[Symbol.asyncIterator]();
  const next = async () => ((await lines.next()) as { value?: string }).value;
  try {
    if ((await next()) !== 'ready') throw new Error('nothing can be captured');
    await during();
    watching.stdin.end();
    return JSON.parse((await next()) ?? '') as Captured;
  } finally {
    watching.kill();
    if (watching.exitCode === null && watching.signalCode === null) await once(watching, 'exit');
  }
}
