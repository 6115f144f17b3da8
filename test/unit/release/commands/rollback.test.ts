import { ClusterFailure } from '../../../../release/cluster';
import { rollback } from '../../../../release/commands/rollback';
import { routesOf, World } from '../sequence/fakes';

let world: World;

beforeEach(() => {
  world = new World();
});

const back = (ports = world.ports()) => rollback(world.context(), { ports });

test.each(['0', 'baseline'])(
  'at %s it takes back what the routes give to the canary all the same',
  async (step) => {
    // As a command that was killed, or somebody by hand, left them.
    world.at(step).live = routesOf({ v1: 90, v2: 10 });
    const result = await back();
    expect(result.outcome).toBe('done');
    expect(result.summary).toMatch(
      new RegExp(
        `^the routes gave v2 10 % of the traffic although the stack stands at ${step}; they are back`,
      ),
    );
    expect(world.calls).toEqual(['routes back', 'up target refresh']);
    expect([world.step, world.named]).toEqual([step, step]);
  },
);

test.each(['0', 'baseline'])('at %s it does nothing where the routes say the same', async (step) => {
  world.at(step);
  expect((await back()).summary).toBe(`v2 has no traffic by weight: reviews stands at ${step}`);
  expect(world.calls).toEqual([]);
});

test('a step that was named and never applied is named no longer', async () => {
  world.at('0').configure((text) => text.replace(/bookinfo:step: "0"/, 'bookinfo:step: "10"'));
  expect((await back()).outcome).toBe('done');
  expect(world.named).toBe('0');
});

describe('routes that somebody else has written', () => {
  /** The cluster refuses what is not forced, as it does where another manager owns a field. */
  function conflicting(status: number) {
    const forced: (boolean | undefined)[] = [];
    const ports = world.ports();
    const { routeBack } = ports.cluster;
    const cluster: typeof ports.cluster = {
      ...ports.cluster,
      routeBack: (applied, stable, how) => {
        forced.push(how.force);
        if (how.force === true) return routeBack(applied, stable, how);
        return Promise.reject(new ClusterFailure('the routes', status, 'conflict with "kubectl-edit"'));
      },
    };
    return { forced, ports: { ...ports, cluster } };
  }

  test('are taken from them, and it is said who it was', async () => {
    world.at('50');
    const { forced, ports } = conflicting(409);
    expect((await back(ports)).outcome).toBe('done');
    expect(forced).toEqual([false, true]);
    expect(world.notes()).toContain(
      'taken back from them: the API server refuses the routes: conflict with "kubectl-edit"',
    );
    expect(world.calls).toEqual(['routes back', 'up target refresh']);
  });

  test('are left to the update where the cluster refuses for another reason', async () => {
    world.at('50');
    const { forced, ports } = conflicting(403);
    expect((await back(ports)).outcome).toBe('done');
    expect(forced).toEqual([false]);
    expect(world.notes()).toContain('the routes go back with the update, not before it');
    expect(world.calls).toEqual(['up target']);
  });
});

describe('before the engine is asked', () => {
  /** Notes when the state is read among the other calls. */
  function asked() {
    const ports = world.ports();
    const engine: typeof ports.engine = {
      ...ports.engine,
      state: () => {
        world.calls.push('state');
        return ports.engine.state();
      },
    };
    return back({ ...ports, engine });
  }

  beforeEach(() => {
    world.at('50').showsManager = true;
  });

  test('the routes are sent back, and the file names the step', async () => {
    const result = await asked();
    expect(result.summary).toMatch(/^reviews is back at 0 from 50/);
    expect(world.calls).toEqual(['routes back', 'state', 'up target refresh']);
    expect([world.step, world.named]).toEqual(['0', '0']);
  });

  test('from 100 as well, where the routes name the canary alone', async () => {
    world.at('100').live = routesOf({ v2: 100 });
    expect((await asked()).outcome).toBe('done');
    expect(world.calls).toEqual(['routes back', 'state', 'up target refresh']);
    expect(world.notes()).toContain('the routes lead to v1 again; the update follows');
  });

  test('also where a command that was killed has moved them, and the state knows nothing of it', async () => {
    world.at('0').live = routesOf({ v1: 90, v2: 10 });
    world.configure((text) => text.replace(/bookinfo:step: "0"/, 'bookinfo:step: "10"'));
    const result = await asked();
    expect(result.summary).toMatch(/^the routes gave v2 10 % of the traffic although the stack stands at 0/);
    expect(world.calls).toEqual(['routes back', 'state', 'up target refresh']);
    expect([world.step, world.named]).toEqual(['0', '0']);
  });

  const doubts: readonly (readonly [string, () => void])[] = [
    ['the cluster does not show who applied the routes', () => (world.showsManager = false)],
    [
      'a pod of the stable version is not ready',
      () =>
        (world.capacities = [
          { ready: 1, wanted: 2 },
          { ready: 2, wanted: 2 },
        ]),
    ],
    ['a third version has requests', () => (world.live = routesOf({ v1: 40, v2: 50, v3: 10 }))],
    ['the stable version is no target of the routes', () => (world.targets = ['v2'])],
    [
      'the stack names another canary by now',
      () => world.configure((text) => text.replace('version: v2', 'version: v3')),
    ],
    [
      'the stack names no weight',
      () => world.configure((text) => text.replace(/bookinfo:step: "50"/, 'bookinfo:step: "0"')),
    ],
  ];

  test.each(doubts)('nothing is sent where %s', async (_why, doubt) => {
    doubt();
    expect((await asked()).outcome).toBe('done');
    expect(world.calls.slice(0, 2)).toEqual(['state', 'routes back']);
    expect(world.step).toBe('0');
  });

  test('an API server that refuses ends nothing', async () => {
    world.refuse.routeBack = new Error('refused');
    expect((await asked()).outcome).toBe('done');
    expect(world.calls).toEqual(['routes back', 'state', 'routes back', 'up target']);
  });

  test('without a ready pod of the stable version nothing is moved', async () => {
    world.capacities = [{ ready: 0, wanted: 1 }];
    await expect(asked()).rejects.toThrow(/v1 has no ready pod, so nothing was moved/);
    expect(world.calls).toEqual(['state']);
    expect(world.named).toBe('50');
  });
});

test('the lock of a runner that is gone is taken over, and with it the lock of its engine', async () => {
  world.at('10').hold({ host: 'runner-1', operation: 'advance to 10' });
  world.lockLasts = 60_000;
  expect((await back()).outcome).toBe('done');
  expect(world.calls).toEqual(expect.arrayContaining(['cancel', 'up target refresh']));
  expect(world.calls.indexOf('cancel')).toBeLessThan(world.calls.indexOf('up target refresh'));
  expect(world.notes()).toMatch(/held by bob on runner-1, .*waiting up to 60 s/);
  expect([world.step, world.isLocked]).toEqual(['0', false]);
});

test('a lock that does not expire stands', async () => {
  world.at('10').hold({ host: 'runner-1' });
  await expect(back()).rejects.toMatchObject({ outcome: 'locked' });
  expect(world.calls).toEqual([]);
});
