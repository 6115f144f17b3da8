import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../../rehearsal/paths';
import { advance } from '../../../release/commands/advance';
import { rollback } from '../../../release/commands/rollback';
import type { ReleaseEvent } from '../../../release/events';
import { sharedRehearsal, type SharedRehearsal } from '../../support/rehearsal';
import { Trial } from './support';

jest.setTimeout(240_000);

let rehearsal: SharedRehearsal;
let trial: Trial;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  trial = await Trial.start(rehearsal, 'mesh-stopped');
  await rehearsal.traffic.start({ ratePerSecond: 100, concurrency: 8 });
});

afterAll(async () => {
  await rehearsal.traffic.stop();
  await trial.engine.destroy();
});

/** The command in a process of its own, with its events as they come. */
function command(...words: string[]) {
  const events: ReleaseEvent[] = [];
  const child = spawn(
    process.execPath,
    [
      ...[join(projectRoot(), 'bin', 'release.js'), ...words, '--json'],
      ...['--stack', trial.stack, '--config-file', trial.engine.configFile],
    ],
    { cwd: projectRoot(), env: trial.env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let rest = '';
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter(Boolean)) events.push(JSON.parse(line) as ReleaseEvent);
  });
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const until = async (found: (event: ReleaseEvent) => boolean): Promise<void> => {
    const deadline = Date.now() + 60_000;
    while (!events.some(found)) {
      if (Date.now() > deadline || child.exitCode !== null) throw new Error(`not seen: ${output}`);
      await sleep(20);
    }
  };
  return { child, events, ended, until, output: () => output };
}

/** Processes of this stack's engine that are there. */
function engines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const file = `/proc/${pid}/cmdline`;
      try {
        return existsSync(file) ? [readFileSync(file, 'utf8').replaceAll('\0', ' ')] : [];
      } catch {
        return [];
      }
    })
    .filter((line) => /^\S*pulumi .*--stack/.test(line) && line.includes(`--stack ${trial.stack}`));
}

const begun = (phase: string) => (event: ReleaseEvent) =>
  event.kind === 'phase' && event.phase === phase && event.state === 'started';

test('a second release at once is refused with who holds the lock, and nothing of it is written', async () => {
  const first = advance(trial.context());
  while (!trial.phases().includes('lock done')) await sleep(10);
  await expect(advance(trial.context())).rejects.toMatchObject({
    outcome: 'locked',
    message: expect.stringMatching(
      /another release is under way: advance of stack mesh-stopped by tester/,
    ) as string,
  });
  expect((await first).outcome).toBe('done');
});

test('a stop in the middle of an update ends with 130, says where things stand, and leaves no lock', async () => {
  const { child, ended, until, output } = command('advance');
  await until(begun('up'));
  await sleep(500);
  child.kill('SIGINT');
  expect([await ended, output()]).toEqual([130, expect.stringMatching(/stopped; reviews stands at (0|10)/)]);
  expect(engines()).toEqual([]);
  expect(await trial.kubectl('get', 'leases', '-o', 'name')).toBe('');
  expect(String(trial.named())).toBe(await trial.applied());
});

test.each(['preview', 'up', 'bake'])(
  'a command that is killed in its %s leaves nothing that keeps the next one from going on',
  async (phase) => {
    const { child, ended, until } = command('advance');
    await until(begun(phase));
    await sleep(700);
    child.kill('SIGKILL');
    await ended;
    // The kernel tells the engine, which cancels and saves its state.
    const deadline = Date.now() + 30_000;
    while (engines().length > 0 && Date.now() < deadline) await sleep(50);
    expect(engines()).toEqual([]);
    trial.events.length = 0;
    const next = await rollback(trial.context());
    expect(next.outcome).toBe('done');
    expect(trial.events).toContainEqual(
      expect.objectContaining({
        kind: 'phase',
        phase: 'lock',
        detail: expect.stringContaining('broke the lock of a process that is gone') as string,
      }),
    );
    const again = await advance(trial.context(), { to: 0 });
    expect([again.outcome, await trial.applied(), trial.named()]).toEqual(['done', '0', 0]);
  },
);

test('nothing of all that failed a request, and a preview finds nothing to do', async () => {
  const { totals } = await rehearsal.traffic.snapshot();
  expect(totals.failures).toBe(0);
  expect(totals.requests).toBeGreaterThan(1000);
  expect(await trial.previewIsClean()).toBe(true);
});
