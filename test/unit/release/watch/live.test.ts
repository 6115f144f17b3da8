import { advance } from '../../../../release/commands/advance';
import { watchStatus } from '../../../../release/commands/watchStatus';
import type { Ports } from '../../../../release/sequence';
import { LiveWatch } from '../../../../release/watch';
import { World } from '../sequence/fakes';

let world: World;
beforeEach(() => {
  world = new World().at('10');
});

/** Ports of somebody who only looks: whatever would change something is an error. */
function looking(): Ports {
  const ports = world.ports();
  const refused = (what: string) => () => {
    throw new Error(`${what} was asked`);
  };
  const { state, tags } = ports.engine;
  return {
    ...ports,
    engine: {
      ...ports.engine,
      state,
      tags,
      ...Object.fromEntries(
        ['preview', 'up', 'refresh', 'setTag', 'removeDeadLocks', 'repair'].map((name) => [
          name,
          refused(name),
        ]),
      ),
    },
    cluster: { ...ports.cluster, routeBack: refused('routeBack') },
  };
}

const watching = (ports = looking()) => new LiveWatch(world.context(), { ports });

describe('a release that runs elsewhere', () => {
  it('is followed by looks of the page’s own, which only read', async () => {
    delete world.tags['release:judged:reviews'];
    world.hold({ operation: 'run until 100', host: 'runner-7' });
    const live = watching();
    for (let look = 0; look < 3; look += 1) await live.look();
    const view = await live.look();
    expect(view).toMatchObject({
      standing: 'At step 10, being worked on',
      why: 'run until 100 is under way',
      holder: 'run until 100 by bob on runner-7, since 11:00:00 UTC',
      versions: [
        { name: 'v1', weight: 90, requests: 3_600, errors: 0, pods: { ready: 1, wanted: 1 } },
        { name: 'v2', weight: 10, requests: 400, errors: 0 },
      ],
      unknown: [],
      events: [],
    });
    expect(view.gate).toMatchObject({
      looks: 4,
      counts: expect.stringMatching(/^as this page counts since/) as string,
    });
    expect(view.track.find(({ state }) => state === 'here')?.name).toBe('10');
    expect(view.course.steps[0]?.gate?.points).toHaveLength(4);
    expect(world.calls).toEqual([]);
  });

  it('has its evidence counted anew once another step is taken', async () => {
    const live = watching();
    await live.look();
    await live.look();
    world.at('50');
    // What was asked of the engine is asked again as soon as the routes are others.
    await live.look();
    const view = await live.look();
    expect(view.track.find(({ state }) => state === 'here')?.name).toBe('50');
    expect(view.gate?.looks).toBeLessThanOrEqual(2);
  });

  it('asks the engine only where something may have changed', async () => {
    let asked = 0;
    const ports = looking();
    const { state } = ports.engine;
    const counting = {
      ...ports,
      engine: {
        ...ports.engine,
        state: () => {
          asked += 1;
          return state();
        },
      },
    };
    const live = watching(counting);
    for (let look = 0; look < 5; look += 1) await live.look();
    expect(asked).toBe(1);
    world.hold();
    await live.look();
    await live.look();
    expect(asked).toBe(2);
  });

  it('is shown as far as it is known: without cluster, and without source', async () => {
    const ports = looking();
    const away = () => Promise.reject(new Error('the API server cannot be asked\n  at somewhere'));
    const live = watching({
      ...ports,
      cluster: { ...ports.cluster, read: away, capacity: away, pods: away },
    });
    const view = await live.look();
    expect(view.unknown).toEqual(
      expect.arrayContaining([
        expect.stringContaining('routes: the API server cannot be asked'),
        expect.stringContaining('pods of v1: '),
        'source of metrics: the API server cannot be asked',
      ]),
    );
    expect(view.versions[1]?.weight).toBeUndefined();
    const blind = {
      ...world.context().settings,
      metrics: () => {
        throw new Error('no source is named');
      },
    };
    const second = new LiveWatch({ ...world.context(), settings: blind }, { ports: looking() });
    expect((await second.look()).unknown).toEqual(['source of metrics: no source is named']);
  });
});

describe('a release that runs on this machine', () => {
  it('is followed by its journal: phases, events and the very gate that decides', async () => {
    const ports = world.ports();
    const seen: Awaited<ReturnType<LiveWatch['look']>>[] = [];
    const { pods } = ports.cluster;
    const live = watching();
    await advance(world.context(), {
      ports: {
        ...ports,
        cluster: {
          ...ports.cluster,
          pods: async (version, signal) => {
            seen.push(await live.look());
            return pods(version, signal);
          },
        },
      },
    });
    const during = seen.at(-1)!;
    expect(during).toMatchObject({
      standing: 'At step 50, being worked on',
      why: expect.stringMatching(/^bake: /) as string,
    });
    expect(during.gate).toMatchObject({ counts: 'as the release counts' });
    expect(during.gate!.looks).toBeGreaterThan(3);
    expect(during.events[0]).toMatchObject({ what: 'advance', who: 'alice' });
    const after = await live.look();
    expect(after).toMatchObject({ standing: 'At step 50, passed its gate', kind: 'pass' });
    expect(after.events.at(-1)?.what).toMatch(/^Done, exit code 0: /);
  });

  it('says how the last command ended that did not go well', async () => {
    world.errors = 0.5;
    await advance(world.context(), { ports: world.ports() });
    expect(await watching().look()).toMatchObject({ kind: 'fail', standing: 'Rolled back: at step 0' });
  });
});

it('status --watch draws what it sees until it is stopped, which is its proper end', async () => {
  const drawn: string[] = [];
  const said: string[] = [];
  const live = watching();
  let looks = 0;
  const result = await watchStatus(
    world.context(),
    {
      live: {
        look: () => {
          looks += 1;
          if (looks === 2) return Promise.reject(new Error('the state cannot be read'));
          if (looks === 4) world.abort.abort();
          return live.look();
        },
      },
    },
    {
      say: (line) => said.push(line),
      show: (_lines, data) => drawn.push(JSON.stringify(data)),
    },
  );
  expect(result).toMatchObject({
    outcome: 'done',
    summary: expect.stringContaining('reviews v2: At step 10') as string,
  });
  expect(drawn.length).toBeGreaterThanOrEqual(2);
  expect(said).toEqual(['cannot look: the state cannot be read']);
});
