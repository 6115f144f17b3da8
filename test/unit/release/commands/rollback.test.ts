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
