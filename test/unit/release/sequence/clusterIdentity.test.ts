import { advance } from '../../../../release/commands/advance';
import { rollback } from '../../../../release/commands/rollback';
import { CLUSTER_TAG } from '../../../../release/sequence/clusterIdentity';
import { World } from './fakes';

let world: World;
beforeEach(() => {
  world = new World().at('10');
});

const commands = {
  advance: () => advance(world.context(), { ports: world.ports() }),
  rollback: () => rollback(world.context(), { ports: world.ports() }),
};
type Command = keyof typeof commands;
const both: readonly Command[] = ['advance', 'rollback'];

/** The routes that run are others than those that were applied, as in another cluster. */
function elsewhere(): void {
  world.uid = 'uid-of-the-routes-that-were-applied';
  world.tags[CLUSTER_TAG] = 'cluster-it-was-released-to';
}

it('is kept by the first step of a stack that remembers none', async () => {
  delete world.tags[CLUSTER_TAG];
  expect((await commands.advance()).outcome).toBe('done');
  expect(world.tags[CLUSTER_TAG]).toBe('this-cluster');
});

it.each(both)('stops %s in another cluster before the engine is begun', async (name) => {
  elsewhere();
  // The head start of a rollback goes by what the cluster alone says, before the stack's memory is asked.
  world.onCall = (call) => expect(call).not.toMatch(/up|preview/);
  await expect(commands[name]()).rejects.toMatchObject({
    outcome: 'usage',
    message: expect.stringMatching(
      /not the cluster that stack prod was released to: .* this-cluster.*remembers cluster-it/,
    ) as unknown,
    remedy: expect.stringContaining('pulumi stack tag rm release:cluster --stack prod') as unknown,
  });
  expect(world.isLocked).toBe(false);
});

it.each(both)('lets %s go on where the cluster is the same and the routes were made anew', async (name) => {
  elsewhere();
  world.tags[CLUSTER_TAG] = 'this-cluster';
  expect((await commands[name]()).outcome).toBe('done');
});

it.each(both)('lets %s go on where the account may not read it', async (name) => {
  elsewhere();
  world.identity = undefined;
  expect((await commands[name]()).outcome).toBe('done');
  expect(world.tags[CLUSTER_TAG]).toBe('cluster-it-was-released-to');
});

const urn = 'urn:pulumi:prod::bookinfo::pulumi:providers:kubernetes';
const id = '0b7e1a2c-1111-4222-8333-944445555666';

it.each(both)("refuses %s where the program's own provider makes the routes, by its name", async (name) => {
  world.provider = `${urn}::prod-eu::${id}`;
  await expect(commands[name]()).rejects.toMatchObject({
    outcome: 'usage',
    message: expect.stringContaining(
      "VirtualService reviews is made by the program's own provider prod-eu",
    ) as unknown,
  });
  expect(world.isLocked).toBe(false);
});

it.each(['default', 'default_4_34_2', 'default_4_34_2_https_//get.example.com'])(
  'goes on with the provider that the engine makes of the config, %s',
  async (provider) => {
    world.provider = `${urn}::${provider}::${id}`;
    expect((await commands.advance()).outcome).toBe('done');
  },
);
