import { supersede } from '../../../../release/commands/supersede';
import { routesOf, World } from '../sequence/fakes';

let world: World;

beforeEach(() => {
  world = new World();
  world.at('50').showsManager = true;
});

const replace = (version?: string, image?: string) =>
  supersede(world.context(), { version, image, ports: world.ports() });

test('the old canary gives its traffic back first, then the new one is taken to step 0', async () => {
  const result = await replace('v3', 'registry.example.com/reviews:3');
  expect(result.outcome).toBe('done');
  expect(world.calls[0]).toBe('routes back');
  expect(world.calls.slice(1)).toEqual(['up target refresh', 'preview with policies, plan', 'up plan']);
  expect([world.step, world.named]).toEqual(['0', '0']);
  expect(world.config).toContain('canary: { version: v3, image: registry.example.com/reviews:3 }');
  expect(world.isLocked).toBe(false);
});

test('also where the cluster does not show who applied the routes', async () => {
  world.showsManager = false;
  expect((await replace('v3')).outcome).toBe('done');
  expect(world.calls).toEqual(['routes back', 'up target refresh', 'preview with policies, plan', 'up plan']);
});

test('at 0 there is nothing to take back', async () => {
  world.at('0');
  expect((await replace('v3')).outcome).toBe('done');
  expect(world.calls).toEqual(['preview with policies, plan', 'up plan']);
});

test.each([
  ['no version', undefined, undefined, /which version is to be the canary is not said/],
  ['the canary itself', 'v2', undefined, /v2 is the canary of reviews already/],
  ['the stable version', 'v1', undefined, /v1 is the stable version of reviews already/],
  ['a version that is none', 'V 3', undefined, /canary/],
])('%s is refused, and nothing is moved', async (_what, version, image, problem) => {
  const before = world.config;
  await expect(replace(version, image)).rejects.toThrow(problem);
  expect(world.calls).toEqual([]);
  expect(world.config).toBe(before);
  expect(world.isLocked).toBe(false);
});

test('a release that is finished is refused', async () => {
  world.at('finished').live = routesOf({ v2: 100 });
  await expect(replace('v3')).rejects.toThrow(/reviews is finished/);
  expect(world.calls).toEqual([]);
  expect(world.config).not.toContain('v3');
});
