import { retry } from '../../../../release/commands/retry';
import { undo } from '../../../../release/commands/undo';
import { judgedTag } from '../../../../release/sequence/verdicts';
import { World } from '../sequence/fakes';

let world: World;
const given = () => [world.context(), { ports: world.ports() }] as const;

describe('retry', () => {
  it.each(['0', '10', '100'])('judges step %s anew and takes no other', async (step) => {
    world = new World().at(step);
    delete world.tags[judgedTag('reviews')];
    expect(await retry(...given())).toMatchObject({ outcome: 'done' });
    expect(world.step).toBe(step);
    expect(world.calls.filter((call) => /^up|^preview/.test(call))).toEqual([]);
    expect(world.tags[judgedTag('reviews')]).toContain('"pass"');
  });

  it('takes a canary back that is bad now', async () => {
    world = new World().at('50');
    world.errors = 0.5;
    expect(await retry(...given())).toMatchObject({ outcome: 'rolledBack' });
    expect(world.step).toBe('0');
  });

  it('holds a step again that nobody can judge', async () => {
    world = new World().at('10');
    world.errors = undefined;
    expect(await retry(...given())).toMatchObject({ outcome: 'held' });
    expect(world.step).toBe('10');
  });

  it.each(['baseline', 'finished'])('has nothing to judge at %s', async (step) => {
    world = new World().at(step);
    await expect(retry(...given())).rejects.toMatchObject({
      outcome: 'usage',
      remedy: expect.stringContaining('advance') as string,
    });
  });
});

describe('undo', () => {
  it.each(['10', '50', '100'])('from %s takes the traffic back, then removes the canary', async (step) => {
    world = new World().at(step);
    const result = await undo(...given());
    expect(result).toMatchObject({
      outcome: 'done',
      summary: expect.stringContaining('v2 is removed') as string,
    });
    expect(world.step).toBe('baseline');
    expect(world.named).toBe('baseline');
    // The routes go back before anything is removed.
    expect(world.calls[0]).toBe('routes back');
  });

  it('from 0 removes the canary, which has no traffic', async () => {
    world = new World().at('0');
    expect(await undo(...given())).toMatchObject({ outcome: 'done' });
    expect(world.step).toBe('baseline');
    expect(world.calls).not.toContain('routes back');
  });

  it('from finished writes the way back into the config and applies nothing', async () => {
    world = new World().at('finished');
    const result = await undo(...given());
    expect(result).toMatchObject({
      outcome: 'done',
      next: ['release plan --stack prod', 'release advance --stack prod'],
    });
    expect(world.calls).toEqual([]);
    expect(world.named).toBe('baseline');
    expect(world.config.replace(/\s+/g, ' ')).toMatch(/stable: version: v2 canary: version: v1 steps/);
  });

  it('has nothing to do at the baseline', async () => {
    world = new World().at('baseline');
    expect(await undo(...given())).toMatchObject({
      outcome: 'done',
      summary: 'reviews has no release to undo',
    });
    expect(world.calls).toEqual([]);
  });

  it('refuses while the config names another canary than the one under way', async () => {
    world = new World().at('10');
    world.configure((text) => text.replace('canary: { version: v2 }', 'canary: { version: v3 }'));
    await expect(undo(...given())).rejects.toMatchObject({ outcome: 'usage' });
    expect(world.step).toBe('10');
  });

  it('does nothing while another command holds the lock', async () => {
    world = new World().at('10');
    world.hold();
    await expect(undo(...given())).rejects.toMatchObject({ outcome: 'locked' });
    expect(world.calls).toEqual([]);
  });
});
