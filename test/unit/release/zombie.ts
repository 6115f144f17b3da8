import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { until } from '../../support/until';

/**
 * Hands over the id of a process that has ended and whose parent takes no note of it, as in many a container.
 * The shell must have become another program by then: it would take note.
 */
export async function withZombie(use: (pid: number) => void): Promise<void> {
  const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(printed.toString());
    await until(`process ${pid} has ended`, () => /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
    use(pid);
  } finally {
    parent.kill('SIGKILL');
  }
}
