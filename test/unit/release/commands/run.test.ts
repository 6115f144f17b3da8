import { finish } from '../../../../release/commands/finish';
import { rollback } from '../../../../release/commands/rollback';
import { run } from '../../../../release/commands/run';
import { World } from '../sequence/fakes';

let world: World;

beforeEach(() => {
  world = new World();
});

const go = (options: Parameters<typeof run>[1] = {}) =>
  run(world.context(), { ...options, ports: world.ports() });
const back = () => rollback(world.context(), { ports: world.ports() });
const end = () => finish(world.context(), { ports: world.ports() });

test('takes step after step up to 100 under one lock, and leaves the old version to finish', async () => {
  const result = await go();
  expect(result).toMatchObject({ outcome: 'done', next: ['release finish --stack prod', expect.anything()] });
  expect(result.report?.steps.map(({ to, gate }) => [to, gate?.verdict])).toEqual(
    ['0', '10', '50', '100'].map((step) => [step, 'pass']),
  );
  expect(world.phases().filter((phase) => phase.startsWith('lock'))).toEqual(['lock done']);
  expect([world.step, world.named, world.isLocked]).toEqual(['100', '100', false]);
});

test('stops where it was told to, also when it stands there already', async () => {
  expect((await go({ until: 10 })).outcome).toBe('done');
  expect(world.step).toBe('10');
  world.calls.length = 0;
  expect(await go({ until: 10 })).toMatchObject({ outcome: 'done' });
  expect(world.calls).toEqual([]);
});

test('waits for approval before a weight, with the command that goes on', async () => {
  const held = await go({ approveAt: 50 });
  expect(held).toMatchObject({
    outcome: 'held',
    summary: 'reviews waits at 10 for approval of 50',
    next: ['release run --stack prod', 'release rollback --stack prod'],
  });
  expect(world.step).toBe('10');
  world.at('50');
  expect((await go({ approveAt: 50 })).outcome).toBe('done');
  expect(world.step).toBe('100');
});

test('ends with the first bad step', async () => {
  world.onCall = (call) => {
    if (call === 'up plan' && world.step === '0') world.errors = 0.4;
  };
  expect((await go()).outcome).toBe('rolledBack');
  expect([world.step, world.named]).toEqual(['0', '0']);
});

test('a rollback asks neither drift nor gate nor policies', async () => {
  world.at('50').errors = undefined;
  world.live = undefined;
  const result = await back();
  expect(result).toMatchObject({
    outcome: 'done',
    summary: expect.stringContaining('was not observed') as string,
  });
  expect(world.calls).toEqual(['routes back', 'up target refresh']);
  expect([world.step, world.named]).toEqual(['0', '0']);
});

test.each(['baseline', '0'])('at %s there is nothing to take back', async (step) => {
  world.at(step);
  expect((await back()).outcome).toBe('done');
  expect(world.calls).toEqual([]);
});

test('a finished release cannot go back: nothing is there to go back to', async () => {
  world.at('finished');
  await expect(back()).rejects.toMatchObject({ outcome: 'usage' });
});

test('finish takes the old version away once nobody calls it', async () => {
  world.at('100');
  expect(await end()).toMatchObject({ outcome: 'done', next: [] });
  expect([world.step, world.named]).toEqual(['finished', 'finished']);
});

test('finish is held while nobody can see whether the old version is called', async () => {
  world.at('100').errors = undefined;
  expect((await end()).outcome).toBe('held');
  expect([world.calls, world.step]).toEqual([[], '100']);
});

test('finish is refused in the middle of a release', async () => {
  world.at('10');
  await expect(end()).rejects.toMatchObject({ outcome: 'usage' });
});
