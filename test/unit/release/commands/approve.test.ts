import { advance } from '../../../../release/commands/advance';
import { approve } from '../../../../release/commands/approve';
import { status } from '../../../../release/commands/status';
import { judgedTag } from '../../../../release/sequence/verdicts';
import { styleOf } from '../../../../release/terminal';
import { World } from '../sequence/fakes';

let world: World;

beforeEach(() => {
  world = new World();
});

const go = () => advance(world.context(), { ports: world.ports() });
const say = (reason?: string) => approve(world.context(), { reason, ports: world.ports() });
const kept = () => JSON.parse(world.tags[judgedTag('reviews')] ?? '{}') as Record<string, unknown>;

/** Brings the world to 10, where it is held for want of traffic. */
async function quiet(): Promise<void> {
  world.at('0');
  world.requests = 20;
  expect(await go()).toMatchObject({ outcome: 'held' });
  expect(world.step).toBe('10');
}

test('a step that is held for want of traffic is never taken as passed by itself', async () => {
  await quiet();
  expect(kept()).toMatchObject({ verdict: 'held', quiet: true });
  expect((await go()).outcome).toBe('held');
  expect(world.step).toBe('10');
});

test('a person lets it pass: who and why are kept, shown, and in the history of the next step', async () => {
  await quiet();
  expect(await say('nobody shops at night')).toMatchObject({
    outcome: 'done',
    summary: 'reviews passes 10 for want of traffic, approved by alice: nobody shops at night',
  });
  expect(kept()).toMatchObject({ verdict: 'approved', by: 'alice', reason: 'nobody shops at night' });
  const shown = await status(world.context(), { ports: world.ports() });
  expect(shown.data).toMatchObject({
    status: { approved: { by: 'alice', reason: 'nobody shops at night' } },
  });
  expect(shown.text({ style: styleOf({ colour: false, unicode: true }), width: 200 })).toContain(
    'approved by alice: nobody shops at night',
  );
  world.requests = 1_000;
  expect((await go()).outcome).toBe('done');
  expect(world.step).toBe('50');
  expect(world.messages.at(-1)).toContain('10 approved by alice: nobody shops at night');
});

test('attempts add up: what a held step has seen is remembered for the next one', async () => {
  await quiet();
  const [first] = kept().attempts as [number, number][];
  await go();
  expect(kept().attempts).toEqual([first, first]);
});

test.each<[string, () => Promise<unknown>, RegExp]>([
  ['without a reason', quiet, /needs a reason/],
  ['where the gate has not decided', () => Promise.resolve((world.at('10').tags = {})), /not decided/],
  [
    'where the source knows nothing of the canary',
    async () => {
      world.at('0').errors = undefined;
      await go();
    },
    /more than a lack of traffic/,
  ],
  ['at the baseline', () => Promise.resolve(world.at('baseline')), /no step of this release/],
])('is refused %s', async (what, bring, why) => {
  await bring();
  await expect(say(what === 'without a reason' ? undefined : 'because')).rejects.toThrow(why);
});

test('a step that has passed needs no approval', async () => {
  world.at('10');
  const before = { ...world.tags };
  expect(await say('because')).toMatchObject({ outcome: 'done' });
  expect(world.tags).toEqual(before);
});

test('a reason of any length fits what a tag may hold', async () => {
  await quiet();
  await say('x'.repeat(1_000));
  expect(world.tags[judgedTag('reviews')]!.length).toBeLessThanOrEqual(256);
  expect(judgedTag('a'.repeat(63)).length).toBeLessThanOrEqual(40);
});
