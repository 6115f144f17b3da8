import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { killOrphans, RUN_MARKER } from '../../../../release/engine/leftovers';
import { until } from '../../../support/until';

const backend = `file:///nowhere/${process.pid}`;

/** An engine with a plugin in a process group of its own; both as the release command starts them. */
async function engineWithPlugin(env: Readonly<Record<string, string>>) {
  const engine = spawn('sh', ['-c', 'set -m; sleep 60 >&2 & echo $!; exec sleep 60'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], ...env },
  });
  const [printed] = (await once(engine.stdout, 'data')) as [Buffer];
  const plugin = Number(printed.toString());
  return {
    plugin,
    kill: async () => {
      engine.kill('SIGKILL');
      await once(engine, 'exit');
    },
  };
}

test('what is left of an engine that was killed ends, and nothing else', async () => {
  const ours = { [RUN_MARKER]: 'one', PULUMI_BACKEND_URL: backend };
  const orphaned = await engineWithPlugin(ours);
  const others = [
    await engineWithPlugin({ ...ours, PULUMI_BACKEND_URL: `${backend}/other` }),
    await engineWithPlugin({ PULUMI_BACKEND_URL: backend }),
  ];
  const alive = await engineWithPlugin({ ...ours, [RUN_MARKER]: 'two' });
  for (const { kill } of [orphaned, ...others]) await kill();
  try {
    killOrphans(backend);
    // Whoever takes it over takes note of its end, or not: its program is gone in any case.
    await until('the plugin has ended', () => !existsSync(`/proc/${orphaned.plugin}/exe`));
    for (const { plugin } of [...others, alive]) expect(existsSync(`/proc/${plugin}/exe`)).toBe(true);
  } finally {
    await alive.kill();
    for (const { plugin } of [...others, alive]) process.kill(plugin, 'SIGKILL');
  }
});
