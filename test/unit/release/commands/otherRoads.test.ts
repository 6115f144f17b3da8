import type { Manifest } from '../../../../components/routing/pure';
import { advance } from '../../../../release/commands/advance';
import { examineSurroundings } from '../../../../release/commands/doctor';
import { preview } from '../../../../release/commands/preview';
import { rollback } from '../../../../release/commands/rollback';
import { World } from '../sequence/fakes';

const other = (name: string, namespace: string): Manifest => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name, namespace },
  spec: { http: [{ route: [{ destination: { host: 'reviews.prod.svc.cluster.local' } }] }] },
});
const said = /VirtualService shop\/reviews-extra leads requests to reviews past the weights of its release/;

let world: World;

beforeEach(() => {
  world = new World();
  world.roads = [other('reviews', 'prod'), other('reviews-extra', 'shop')];
});

test.each(['baseline', '0'])(
  'no step is taken from %s while requests can come by another road',
  async (at) => {
    world.at(at);
    await expect(advance(world.context(), { ports: world.ports() })).rejects.toMatchObject({
      outcome: 'error',
      message: expect.stringMatching(said) as string,
      remedy: expect.stringContaining('delete it') as string,
    });
    expect([world.calls, world.isLocked, world.step]).toEqual([[], false, at]);
  },
);

test('a rollback is not kept from anything by it', async () => {
  world.at('50');
  expect(await rollback(world.context(), { ports: world.ports() })).toMatchObject({ outcome: 'done' });
});

test('a preview names it and goes on', async () => {
  world.at('0');
  const { data } = await preview(world.context(), { ports: world.ports() });
  expect(data).toMatchObject({
    preview: { findings: [{ severity: 'warning', text: expect.stringMatching(said) as string }] },
  });
});

test('doctor names it', async () => {
  const server = () => Promise.reject(new Error('not asked here'));
  const found = await examineSurroundings(world.at('0').context(), { ports: world.ports(), server });
  expect(found.find(({ about }) => about === 'roads')).toMatchObject({
    state: 'bad',
    detail: expect.stringMatching(said) as string,
  });
  world.roads = [other('reviews', 'prod')];
  const clean = await examineSurroundings(world.context(), { ports: world.ports(), server });
  expect(clean.find(({ about }) => about === 'roads')).toMatchObject({ state: 'good' });
});
