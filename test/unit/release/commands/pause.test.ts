import { advance } from '../../../../release/commands/advance';
import { finish } from '../../../../release/commands/finish';
import { pause, resume } from '../../../../release/commands/pause';
import { rollback } from '../../../../release/commands/rollback';
import { run } from '../../../../release/commands/run';
import { readStatus } from '../../../../release/commands/status';
import { pauseOf } from '../../../../release/sequence/paused';
import { World } from '../sequence/fakes';

let world: World;
beforeEach(() => {
  world = new World().at('10');
});

const given = () => [world.context(), { ports: world.ports() }] as const;
const paused = async () => {
  const [ctx, options] = given();
  return pause(ctx, { ...options, reason: 'sale until Monday' });
};

describe('a release that is paused', () => {
  it('takes no further step, by whatever command, and says who paused it', async () => {
    await paused();
    for (const command of [advance, run]) {
      const result = await command(...given());
      expect(result).toMatchObject({ outcome: 'held' });
      expect(result.summary).toMatch(/^reviews is paused by alice since 2026-.*: sale until Monday$/);
    }
    expect(world.step).toBe('10');
    expect(world.calls).toEqual([]);
  });

  it('does not finish', async () => {
    world.at('100');
    await paused();
    await expect(finish(...given())).rejects.toMatchObject({ outcome: 'held', exitCode: 4 });
    expect(world.step).toBe('100');
  });

  it('goes back all the same', async () => {
    await paused();
    expect(await rollback(...given())).toMatchObject({ outcome: 'done' });
    expect(world.step).toBe('0');
  });

  it('may be taken to a lower step, as that is the way back', async () => {
    world.at('50');
    await paused();
    const [ctx, options] = given();
    expect(await advance(ctx, { ...options, to: 10 })).toMatchObject({ outcome: 'done' });
    expect(world.step).toBe('10');
  });

  it('is paused while a run is under way: the step is judged, and no further one is taken', async () => {
    world.onCall = (call) => {
      if (call.startsWith('up')) void paused();
    };
    expect(await run(...given())).toMatchObject({
      outcome: 'held',
      summary: expect.stringContaining('is paused') as string,
    });
    expect(world.step).toBe('50');
    expect(world.phases()).toContain('bake done');
  });

  it('is shown by status, with what takes the pause away', async () => {
    await paused();
    expect((await readStatus(...given())).paused).toMatchObject({ by: 'alice', reason: 'sale until Monday' });
  });

  it('goes on once it is resumed', async () => {
    await paused();
    expect(await resume(...given())).toMatchObject({
      outcome: 'done',
      next: ['release advance --stack prod'],
    });
    expect(await advance(...given())).toMatchObject({ outcome: 'done' });
    expect(world.step).toBe('50');
  });
});

it('a pause needs a reason, and a backend that keeps it', async () => {
  await expect(pause(...given())).rejects.toMatchObject({ outcome: 'usage' });
  const ports = world.ports();
  const forgetful = { ...ports, engine: { ...ports.engine, setTag: () => Promise.resolve(false) } };
  await expect(pause(world.context(), { ports: forgetful, reason: 'x' })).rejects.toThrow('keeps no tags');
});

it('a release that is not paused is resumed by doing nothing', async () => {
  expect(await resume(...given())).toMatchObject({
    outcome: 'done',
    summary: 'reviews is not paused',
    next: [],
  });
});

it.each([undefined, '', '{}', '[]', 'null', '{"by":"a"}', '{"ended":"alice"}'])(
  'a tag of %j is no pause',
  (tag) => {
    expect(pauseOf('reviews', tag === undefined ? {} : { 'release:paused:reviews': tag })).toBeUndefined();
  },
);

it('a tag keeps to what backends allow: 40 characters of name, 256 of value', async () => {
  const [ctx, options] = given();
  await pause(ctx, { ...options, reason: 'because '.repeat(100) });
  const [[name, value]] = Object.entries(world.tags).filter(([each]) =>
    each.startsWith('release:paused'),
  ) as [[string, string]];
  expect(name.length).toBeLessThanOrEqual(40);
  expect(value.length).toBeLessThanOrEqual(256);
});
