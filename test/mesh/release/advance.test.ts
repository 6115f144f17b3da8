import { advance } from '../../../release/commands/advance';
import { finish } from '../../../release/commands/finish';
import { rollback } from '../../../release/commands/rollback';
import { run } from '../../../release/commands/run';
import { exitCodes } from '../../../release/exitCodes';
import { sharedRehearsal, type SharedRehearsal } from '../../support/rehearsal';
import { Trial } from './support';

/** Requests a second where a gate waits for the canary's share of them, and where nothing does. */
const judged = 100;
const calm = 30;

let rehearsal: SharedRehearsal;
let trial: Trial;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  trial = await Trial.start(rehearsal, 'mesh-advance');
  await rehearsal.traffic.start({ ratePerSecond: calm, concurrency: 8 });
});

afterAll(async () => {
  await trial.clearFaults();
  await rehearsal.traffic.stop();
  await trial.engine.destroy();
});

beforeEach(() => {
  trial.events.length = 0;
});

test('a step goes through its phases in order and is recorded in config, state and history', async () => {
  const result = await advance(trial.context());
  expect(result).toMatchObject({
    outcome: 'done',
    next: [expect.stringContaining('release advance'), expect.anything()],
  });
  expect(trial.phases()).toEqual([
    ...['lock done', 'drift done', 'preview done', 'up done', 'converge done', 'bake done', 'record done'],
  ]);
  expect([trial.named(), await trial.applied()]).toEqual([0, '0']);
  expect(result.report?.steps).toMatchObject([{ from: 'baseline', to: '0', gate: { verdict: 'pass' } }]);
  expect(await trial.lastMessage()).toMatch(/reviews v2 baseline to 0, by tester on here/);
});

// How many seconds that takes is held to a bound in the soak, which has the machine to itself.
test('a canary with 50 % errors is seen and taken back, and falls silent', async () => {
  await trial.fault('v2', { errors: { share: 0.5 } });
  await rehearsal.traffic.setRate(judged);
  const startedAt = Date.now();
  const result = await advance(trial.context());
  await trial.clearFaults();
  expect(exitCodes[result.outcome]).toBe(3);
  expect([trial.named(), await trial.applied()]).toEqual([0, '0']);
  expect(trial.phases()).toContain('rollback done');
  const { decidedAt, secondsToZero } = result.report!.rollback!;
  const moved = trial.events.find((event) => event.kind === 'moved')!;
  expect(Date.parse(decidedAt)).toBeGreaterThanOrEqual(Date.parse(moved.at));
  expect(secondsToZero).not.toBeNull();
  const back = Date.now();
  expect((await trial.since(startedAt)).perVersion.v2).toBeGreaterThan(0);
  expect((await rehearsal.traffic.sample(back, 200)).perVersion.v2 ?? 0).toBe(0);
  await rehearsal.traffic.setRate(calm);
});

test('what was edited by hand stops the next step, which names who did it and what; then it is put back', async () => {
  const edited = {
    spec: {
      http: [
        {
          name: 'default',
          route: [
            { destination: { host: 'reviews', subset: 'v1' }, weight: 70 },
            { destination: { host: 'reviews', subset: 'v2' }, weight: 30 },
          ],
        },
      ],
    },
  };
  await trial.kubectl(
    'patch',
    'virtualservice',
    'reviews',
    '--type=merge',
    '--field-manager=somebody',
    '-p',
    JSON.stringify(edited),
  );
  await expect(advance(trial.context())).rejects.toMatchObject({
    outcome: 'drift',
    message: expect.stringMatching(
      /VirtualService mesh-advance\/reviews.*somebody[\s\S]*weight: applied \(nothing\), now 30|now 70/,
    ) as string,
  });
  expect([trial.named(), await trial.applied()]).toEqual([0, '0']);
  const result = await advance(trial.context(), { onDrift: 'overwrite', to: 0 });
  expect(result.outcome).toBe('done');
  const live = await trial.kubectl(
    'get',
    'virtualservice',
    'reviews',
    '-o',
    'jsonpath={.spec.http[0].route}',
  );
  expect(JSON.parse(live)).toEqual([{ destination: { host: 'reviews', subset: 'v1' } }]);
});

test('a run is held before the weight that needs approval, then goes on to 100, and finish takes the old version away', async () => {
  await rehearsal.traffic.setRate(judged);
  const startedAt = Date.now();
  const held = await run(trial.context(), { approveAt: 50 });
  expect(held).toMatchObject({ outcome: 'held', summary: expect.stringContaining('approval') as string });
  expect(await trial.applied()).toBe('10');
  expect(held.next[0]).toBe(`release run --stack ${trial.stack}`);
  const done = await run(trial.context());
  expect(done).toMatchObject({ outcome: 'done' });
  expect(done.report?.steps.map(({ to, gate }) => [to, gate?.verdict])).toEqual([
    ['50', 'pass'],
    ['100', 'pass'],
  ]);
  expect([trial.named(), await trial.applied()]).toEqual([100, '100']);
  await rehearsal.traffic.setRate(calm);
  const finished = await finish(trial.context());
  expect(finished).toMatchObject({ outcome: 'done', next: [] });
  expect([trial.named(), await trial.applied()]).toEqual(['finished', 'finished']);
  await expect(rollback(trial.context())).rejects.toMatchObject({ outcome: 'usage' });
  expect((await trial.since(startedAt)).failures).toBe(0);
  expect(await trial.previewIsClean()).toBe(true);
});
