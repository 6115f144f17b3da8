import { join } from 'node:path';
import type { Engine } from '../../rehearsal/scenario/engine';
import type { ReleaseConfig } from '../../rehearsal/scenario/release-run';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';

/** Requests that a share is measured on, and a second. Each opens a connection to the store of its own. */
const load = { sampleSize: 5000, updateRate: 25, sampleRate: 250 };

/** What is released, the API it is routed by, and the object that a step changes. `undefined`: the default for its protocol. */
const ways = [
  ['cart', undefined, 'cart-virtual-service'],
  ['cart', 'grpcRoute', 'cart-grpc-route'],
  ['store', undefined, 'store-virtual-service'],
  ['store', 'tcpRoute', 'store-tcp-route'],
] as const;

let rehearsal: SharedRehearsal;
beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  await rehearsal.gatewayApi();
});

describe.each(ways)('%s by %s', (service, routing, weights) => {
  const namespace = `mesh-${weights}`;
  const release: ReleaseConfig & { readonly routing?: string } = {
    service,
    stable: { version: 'v1' },
    canary: { version: 'v2' },
    steps: [0, 10, 50, 100],
    ...(routing === undefined ? {} : { routing }),
  };
  let engine: Engine;

  beforeAll(async () => {
    engine = await rehearsal.engine(namespace);
    engine.configure({
      'bookinfo:application': join(__dirname, 'samples', 'protocols.app.yaml'),
      'bookinfo:release': release,
      'bookinfo:step': 'baseline',
    });
    await engine.up();
    await rehearsal.traffic.start({ path: '/', service, ratePerSecond: load.updateRate, concurrency: 8 });
  });

  afterAll(async () => {
    await rehearsal.traffic.stop();
    await engine.destroy();
  });

  const namesOf = (urns: readonly string[]) => urns.map((urn) => urn.split('::').at(-1));

  test('a step changes one object, its share is the weight, and a rollback loses nothing', async () => {
    const run = rehearsal.release(engine, release, load);
    expect(await run.take('0')).toMatchObject({ stray: 0, failures: 0 });
    for (const step of ['10', '50']) {
      const taken = await run.take(step);
      expect(namesOf(taken.changed)).toEqual([weights]);
      expect(taken).toMatchObject({ withinInterval: true, failures: 0 });
    }
    const back = await run.rollback('50');
    expect(back).toMatchObject({ failures: 0 });
    expect(back.secondsToZero).not.toBeNull();
    expect((await run.sample(Date.now(), 500)).perVersion['v2'] ?? 0).toBe(0);
  });

  test('v3 supersedes v2 in flight, and is released to the end', async () => {
    const image = `registry.example.com/till/${service}:1.2.0`;
    const next = { ...release, canary: { version: 'v3', image } };
    const run = rehearsal.release(engine, next, load);
    // It stands at 0: the canary is swapped there.
    await run.move('0');
    for (const step of ['10', '50', '100', 'finished']) await run.move(step);
    const end = await run.sample(Date.now(), 500);
    expect(Object.keys(end.perVersion)).toEqual(['v3']);
    const { notes, totals } = await rehearsal.traffic.snapshot();
    expect(notes).toEqual([]);
    expect(totals.failures).toBe(0);
    expect(await rehearsal.platform.call<string[]>('GET', '/problems')).toEqual([]);
  });
});
