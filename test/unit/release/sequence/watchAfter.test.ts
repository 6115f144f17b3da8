import { advance } from '../../../../release/commands/advance';
import { finish } from '../../../../release/commands/finish';
import { run } from '../../../../release/commands/run';
import { status } from '../../../../release/commands/status';
import { judgedTag } from '../../../../release/sequence/verdicts';
import { styleOf } from '../../../../release/terminal';
import { World } from './fakes';

let world: World;

beforeEach(() => {
  world = new World();
  world.gates = { ...world.gates, watchAfter: '60s' };
});

const go = () => advance(world.context(), { ports: world.ports() });
const kept = () => JSON.parse(world.tags[judgedTag('reviews')] ?? '{}') as Record<string, unknown>;

/** Does something once the gate at 100 has passed. */
function afterPromotion(then: () => void): void {
  world.onCall = () => undefined;
  const { tags } = world;
  world.tags = new Proxy(tags, {
    set: (target, name: string, value: string) => {
      target[name] = value;
      if ((JSON.parse(value) as { verdict: string }).verdict === 'promoted') then();
      return true;
    },
  });
}

test('a good canary is watched on at 100 and then has passed; in the report that is a step of its own', async () => {
  world.at('50');
  const result = await go();
  expect(result).toMatchObject({ outcome: 'done', next: ['release finish --stack prod', expect.anything()] });
  expect(result.report?.steps.map(({ from, to, gate }) => [from, to, gate?.verdict])).toEqual([
    ['50', '100', 'pass'],
    ['100', '100', 'pass'],
  ]);
  const looks = world.events.flatMap((event) => (event.kind === 'look' ? [event.step.state.plan] : []));
  expect(looks.filter(({ history }) => history !== undefined).length).toBeGreaterThanOrEqual(12);
  expect(kept()).toMatchObject({ step: '100', verdict: 'pass' });
  // As long as the watch, before the update; the gate's bake came in between.
  expect(world.calls.find((call) => call.startsWith('history'))).toMatch(/^history of 9\d/);
});

test.each([
  ['far above its bounds', 0.4, { requests: 5_000, errors: 10 }, 'rolledBack'],
  [
    'below the ceiling, but many times as bad as the stable version was',
    0.008,
    { requests: 20_000, errors: 2 },
    'rolledBack',
  ],
  ['as bad as the stable version was', 0.008, { requests: 20_000, errors: 160 }, 'done'],
  [
    'above the ceiling, but no worse than the stable version was',
    0.02,
    { requests: 20_000, errors: 400 },
    'done',
  ],
  ['of which nothing is known before: the ceiling alone', 0.008, { requests: 0, errors: 0 }, 'done'],
])('a canary that turns out to be %s: %s errors', async (_, errors, before, outcome) => {
  world.at('50').before = before;
  world.requests = 5_000;
  afterPromotion(() => (world.errors = errors));
  expect(await go()).toMatchObject({ outcome });
  expect(world.step).toBe(outcome === 'done' ? '100' : '0');
});

test('where the history cannot be read the canary stays at 100, held, until it can', async () => {
  world.at('50').before = undefined;
  expect(await go()).toMatchObject({
    outcome: 'held',
    summary: expect.stringMatching(/not known: it is down/) as string,
  });
  expect([world.step, kept()]).toMatchObject(['100', { verdict: 'held', after: true }]);
  world.before = { requests: 5_000, errors: 10 };
  world.calls.length = 0;
  expect((await run(world.context(), { ports: world.ports() })).outcome).toBe('done');
  // The gate is not judged again: the watch alone is.
  expect(kept()).toMatchObject({ verdict: 'pass' });
  expect(world.step).toBe('100');
});

test('a command that ended in the watch: status says so, the next one watches first, and finish waits for it', async () => {
  world.at('50');
  afterPromotion(() => world.abort.abort());
  expect((await go()).outcome).toBe('interrupted');
  expect(kept()).toMatchObject({ step: '100', verdict: 'promoted' });
  const again = new World();
  Object.assign(again, { tags: { ...world.tags }, gates: world.gates });
  Object.assign(again, { step: '100', since: world.since, live: world.live });
  again.configure((text) => text.replace('baseline #', '"100" #'));
  const shown = await status(again.context(), { ports: again.ports() });
  expect(shown.data).toMatchObject({ status: { passed: false, promoted: true } });
  expect(shown.text({ style: styleOf({ colour: false, unicode: true }), width: 200 })).toContain(
    'passed its gate; the watch after it is not over',
  );
  again.errors = 0.4;
  expect((await finish(again.context(), { ports: again.ports() })).outcome).toBe('rolledBack');
  expect(again.step).toBe('0');
});

test('a stack that asks for no watch any more has passed', async () => {
  world.at('50');
  afterPromotion(() => world.abort.abort());
  await go();
  const again = new World();
  Object.assign(again, { tags: { ...world.tags }, step: '100', since: world.since, live: world.live });
  again.configure((text) => text.replace('baseline #', '"100" #'));
  expect((await run(again.context(), { ports: again.ports() })).outcome).toBe('done');
  expect(JSON.parse(again.tags[judgedTag('reviews')]!)).toMatchObject({ verdict: 'pass' });
});
