import type { Engine } from '../../rehearsal/scenario/engine';
import type { ReleaseConfig } from '../../rehearsal/scenario/release-run';
import { tally } from '../../rehearsal/scenario/traffic';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';

const namespace = 'mesh-shop';
/** Requests that a share is measured on. */
const SAMPLE = 400;
const release: ReleaseConfig = {
  service: 'catalogue',
  stable: { version: '2026-10' },
  canary: { version: '2026-11' },
  steps: [0, 20, 50, 100],
};

let rehearsal: SharedRehearsal;
let engine: Engine;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  engine = await rehearsal.engine(namespace);
  engine.configure({
    'bookinfo:application': 'examples/shop.yaml',
    'bookinfo:release': release,
    'bookinfo:step': 'baseline',
  });
  await engine.up();
});

afterAll(async () => {
  await rehearsal.traffic.stop();
  await engine.destroy();
});

test('its page is answered through the gateway by all three services', async () => {
  const answer = await fetch(`http://127.0.0.1:${rehearsal.platform.ports.ingress}/shop`);
  expect(await answer.json()).toMatchObject({
    service: 'web',
    version: 'blue',
    calls: [
      {
        url: 'http://catalogue:7070/',
        status: 200,
        answer: {
          service: 'catalogue',
          version: '2026-10',
          calls: [{ url: 'http://stock:6060/', status: 200, answer: { service: 'stock', version: 'v1' } }],
        },
      },
    ],
  });
});

test('a path that its table does not let in stays inside', async () => {
  const answer = await fetch(`http://127.0.0.1:${rehearsal.platform.ports.ingress}/productpage`);
  expect(answer.status).toBe(404);
});

test('its catalogue is released by weight with the same commands, and rolled back in one move', async () => {
  const run = rehearsal.release(engine, release, { sampleSize: SAMPLE });
  await rehearsal.traffic.start({ path: '/shop', service: 'catalogue', ratePerSecond: 300, concurrency: 12 });
  const startedAt = Date.now();
  const { endedAt } = await run.move('0');
  expect((await rehearsal.traffic.sample(endedAt, SAMPLE)).perVersion).toEqual({
    '2026-10': expect.any(Number) as number,
  });
  for (const step of ['20', '50']) {
    const taken = await run.take(step);
    expect(taken.changed).toEqual([expect.stringContaining('VirtualService::catalogue')]);
    expect(taken).toMatchObject({ failures: 0, withinInterval: true });
    expect(taken.requested).toBeGreaterThanOrEqual(SAMPLE);
  }
  const back = await run.rollback('50');
  expect(back).toMatchObject({ failures: 0 });
  expect(back.secondsToZero).not.toBeNull();
  const { buckets, notes } = await rehearsal.traffic.snapshot(startedAt);
  expect(notes).toEqual([]);
  expect(tally(buckets, startedAt, Date.now()).failures).toBe(0);
});

test('no proxy refused a configuration, and istioctl finds nothing to say', async () => {
  expect(await rehearsal.platform.call<string[]>('GET', '/problems')).toEqual([]);
  expect(await rehearsal.analyze()).toEqual([]);
});
