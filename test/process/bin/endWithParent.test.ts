import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { until } from '../../support/until';

const helper = resolve(__dirname, '../../../bin/end-with-parent.js');

/** A process that would go on for ever, started by one that is killed. */
const child = (watch: string) => `${watch}setInterval(() => undefined, 1000); console.log(process.pid);`;
const parent = (script: string) =>
  `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(script)}], { stdio: 'inherit' });`;

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function orphan(watch: string): Promise<number> {
  const killed = spawn(process.execPath, ['-e', parent(child(watch))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(killed.stdout, 'data')) as [Buffer];
  const gone = once(killed, 'exit');
  killed.kill('SIGKILL');
  await gone;
  return Number(line.toString());
}

test('a process whose parent was killed ends within seconds', async () => {
  const pid = await orphan(`require(${JSON.stringify(helper)}).endWithParent();`);
  await until('it has ended', () => !runs(pid));
});

test('the watch alone keeps no process alive', async () => {
  const alone = spawn(process.execPath, ['-e', `require(${JSON.stringify(helper)}).endWithParent();`]);
  const [code] = (await once(alone, 'exit')) as [number | null];
  expect(code).toBe(0);
});
