import { setTimeout as sleep } from 'node:timers/promises';
import { advance } from '../../../release/commands/advance';
import { rollback } from '../../../release/commands/rollback';
import type { ReleaseEvent } from '../../../release/events';
import { sharedRehearsal, type SharedRehearsal } from '../../support/rehearsal';
import { ReleaseCommand } from './command';
import { Trial } from './support';
import { processesWith } from '../../support/processes';
import { until } from '../../support/until';

let rehearsal: SharedRehearsal;
let trial: Trial;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  trial = await Trial.start(rehearsal, 'mesh-stopped');
  await rehearsal.traffic.start({ ratePerSecond: 40, concurrency: 8 });
});

afterAll(async () => {
  await rehearsal.traffic.stop();
  await trial.engine.destroy();
});

const command = (...words: string[]) =>
  new ReleaseCommand(words, {
    ...{ stack: trial.stack, configFile: trial.engine.configFile, env: trial.env },
  });

/** Engines of this stack that are there, without what they started. */
const engines = () => processesWith('pulumi', `--stack ${trial.stack}`);

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
  const stopped = command('advance');
  await stopped.until(begun('up'));
  await sleep(500);
  stopped.child.kill('SIGINT');
  expect([await stopped.ended, stopped.output]).toEqual([
    130,
    expect.stringMatching(/stopped; reviews stands at (0|10)/),
  ]);
  expect(engines()).toEqual([]);
  expect(await trial.kubectl('get', 'leases', '-o', 'name')).toBe('');
  expect(String(trial.named())).toBe(await trial.applied());
});

// Every other moment of a command's life is in test/soak.
test('a command that is killed in its update leaves nothing that keeps the next one from going on', async () => {
  const killed = command('advance');
  await killed.until(begun('up'));
  await sleep(700);
  killed.child.kill('SIGKILL');
  await killed.ended;
  // The kernel tells the engine, which cancels and saves its state.
  await until('no engine runs', () => engines().length === 0);
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
});

test('a rollback by hand sends the routes back before it asks the engine where the release stands', async () => {
  expect((await advance(trial.context(), { to: 10 })).outcome).toBe('done');
  trial.events.length = 0;
  expect((await rollback(trial.context())).outcome).toBe('done');
  // The API server shows by its managed fields what the provider has applied.
  expect(trial.events).toContainEqual(
    expect.objectContaining({ kind: 'note', text: 'the routes lead to v1 again; the update follows' }),
  );
  expect([await trial.applied(), trial.named()]).toEqual(['0', 0]);
});

test('nothing of all that failed a request, and a preview finds nothing to do', async () => {
  // How many there were is a matter of the machine; that they go on to the end is not.
  expect((await rehearsal.traffic.sample(Date.now(), 20)).failures).toBe(0);
  expect((await rehearsal.traffic.snapshot()).totals.failures).toBe(0);
  expect(await trial.previewIsClean()).toBe(true);
});
