import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../rehearsal/paths';
import { advance } from '../../release/commands/advance';
import { rollback } from '../../release/commands/rollback';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';
import { ReleaseCommand } from '../mesh/release/command';
import { processesWith } from '../support/processes';
import { Trial } from '../mesh/release/support';

let rehearsal: SharedRehearsal;
let trial: Trial;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  trial = await Trial.start(rehearsal, 'mesh-broken');
  await rehearsal.traffic.start({ ratePerSecond: 100, concurrency: 8 });
  trial.engine.configure({ 'bookinfo:step': '0' });
  await trial.engine.up();
});

afterAll(async () => {
  await rehearsal.traffic.stop();
  await trial.engine.destroy();
});

const weights = () =>
  trial.kubectl('get', 'virtualservice', 'reviews', '-o', 'jsonpath={.spec.http[-1].route[*].weight}');

test('an API server that is away for ten seconds in an update delays the step and does not fail it', async () => {
  const pids = processesWith('kube-apiserver', rehearsal.platform.paths.dir).map(({ pid }) => pid);
  expect(pids.length).toBe(1);
  const startedAt = Date.now();
  const command = new ReleaseCommand(['advance'], {
    ...{ stack: trial.stack, configFile: trial.engine.configFile, env: trial.env },
  });
  await command.until((event) => event.kind === 'phase' && event.phase === 'up');
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  setTimeout(() => pids.forEach((pid) => process.kill(pid, 'SIGCONT')), 10_000);
  expect([await command.ended, command.output]).toEqual([0, expect.any(String)]);
  expect([trial.named(), await trial.applied(), await weights()]).toEqual([10, '10', '90 10']);
  expect((await trial.since(startedAt)).failures).toBe(0);
});

test('a rollback brings the routes back where the state has already forgotten the step', async () => {
  const { configFile } = trial.engine;
  const stack = (...words: string[]) => [
    ...['--cwd', projectRoot(), 'stack', ...words, '--stack', trial.stack],
  ];
  expect((await rollback(trial.context())).outcome).toBe('done');
  const kept = join(configFile, '..', 'state.json');
  writeFileSync(kept, (await rehearsal.tool('pulumi', stack('export'))).stdout);
  trial.engine.configure({ 'bookinfo:step': '10' });
  await trial.engine.up();
  expect(await weights()).toBe('90 10');
  // The last save of the update is lost, as in a crash of the machine: the state is that of before.
  await rehearsal.tool('pulumi', stack('import', '--file', kept));
  expect(await trial.applied()).toBe('0');

  const done = await rollback(trial.context());
  expect(done).toMatchObject({ outcome: 'done', summary: expect.stringContaining('10 %') as string });
  expect([trial.named(), await trial.applied(), await weights()]).toEqual([0, '0', '']);
  const { perVersion } = await rehearsal.traffic.sample(Date.now(), 200);
  expect(Object.keys(perVersion)).toEqual(['v1']);
  expect(await trial.previewIsClean()).toBe(true);
});

test('a canary that config replaces in flight goes back to 0, and the next one takes its place', async () => {
  const startedAt = Date.now();
  trial.engine.configure({ 'bookinfo:step': '10' });
  await trial.engine.up();
  trial.engine.configure({
    'bookinfo:release': {
      ...{ service: 'reviews', stable: { version: 'v1' }, canary: { version: 'v3' } },
      steps: [0, 10, 50, 100],
    },
  });
  trial.events.length = 0;
  expect((await advance(trial.context())).outcome).toBe('done');
  expect(trial.phases().filter((phase) => /rollback|up/.test(phase))).toEqual(['rollback done', 'up done']);
  expect([trial.named(), await trial.applied(), await weights()]).toEqual([0, '0', '']);
  expect(readFileSync(trial.engine.configFile, 'utf8')).toContain('v3');
  expect((await trial.since(startedAt)).failures).toBe(0);
  expect(await trial.previewIsClean()).toBe(true);
});
