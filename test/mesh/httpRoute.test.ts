import type { ReleaseConfig } from '../../rehearsal/scenario/release-run';
import type { Engine } from '../../rehearsal/scenario/engine';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';

const namespace = 'mesh-http-route';
const release: ReleaseConfig & { readonly routing: string } = {
  service: 'reviews',
  stable: { version: 'v1' },
  canary: { version: 'v2' },
  steps: [0, 10, 25, 50, 100],
  routing: 'httpRoute',
};

/** Requests a second while updates run, of which none may fail, and while answers are counted. */
const rates = { updateRate: 25, sampleRate: 150, sampleSize: 5000 };

let rehearsal: SharedRehearsal;
let engine: Engine;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  engine = await rehearsal.engine(namespace);
  engine.configure({
    'bookinfo:gatewayApi': { crds: '$GATEWAY_API_CRDS' },
    'bookinfo:release': release,
    'bookinfo:step': 'baseline',
  });
  await engine.up();
  await rehearsal.traffic.start({ ratePerSecond: rates.updateRate, concurrency: 8 });
});

afterAll(async () => {
  await rehearsal.traffic.stop();
  await engine.destroy();
});

const run = () => rehearsal.release(engine, release, rates);

const namesOf = (urns: readonly string[]) => urns.map((urn) => urn.split('::').at(-1));

test('at baseline there is one Service for the version, and no object of Istio’s own routes', async () => {
  const { stdout } = await rehearsal.tool('kubectl', [
    ...['get', 'httproutes,services,virtualservices,destinationrules', '-n', namespace],
    ...['-l', 'app=reviews', '-o', 'name'],
  ]);
  expect(stdout.trim().split('\n').sort()).toEqual([
    'httproute.gateway.networking.k8s.io/reviews',
    'service/reviews',
    'service/reviews-v1',
  ]);
});

test('at 0 no request reaches the canary', async () => {
  expect(namesOf((await run().move('0')).changed)).toEqual(
    expect.arrayContaining(['reviews-v2', 'reviews-v2-service']),
  );
  expect(await run().take('0')).toMatchObject({ changed: [], stray: 0, failures: 0 });
});

test.each(['10', '25', '50', '100'])(
  'step %s changes one object, its share is the weight, and a rollback from it loses no request',
  async (step) => {
    const steps = [...new Set([0, Number(step), 100])];
    const direct = rehearsal.release(engine, { ...release, steps }, rates);
    const taken = await direct.take(step);
    expect(namesOf(taken.changed)).toEqual(['reviews-http-route']);
    expect(taken).toMatchObject({ withinInterval: true, stray: 0, failures: 0 });
    const rollback = await direct.rollback(step);
    expect(rollback).toMatchObject({ failures: 0 });
    expect(rollback.secondsToZero).not.toBeNull();
    expect((await direct.sample(Date.now(), 500)).perVersion['v2'] ?? 0).toBe(0);
  },
);

test('v3 supersedes v2 in flight: back to 0, then the swap, without a failed request', async () => {
  const at = run();
  for (const step of ['10', '25']) await at.move(step);
  const { result, run: next } = await at.supersede('25', 'v3');
  expect(result).toMatchObject({ replaced: 'v2', by: 'v3', failures: 0, stray: 0 });
  expect(await next.take('10')).toMatchObject({ withinInterval: true, failures: 0 });
  await next.rollback('10');
  await next.move('baseline');
});

test.each(['0', '10', '25', '50', '100', 'finished'])(
  'a second update of step %s changes nothing, after a refresh neither',
  async (step) => {
    await run().move(step);
    expect((await engine.up({ refresh: true })).changed).toEqual([]);
  },
);

test('a finished release is the baseline of the next one: the preview is empty', async () => {
  engine.configure({
    'bookinfo:release': { ...release, stable: { version: 'v2' }, canary: { version: 'v3' } },
    'bookinfo:step': 'baseline',
  });
  expect((await engine.preview()).changed).toEqual([]);
});

test('no request failed from the first to the last, and no proxy refused a configuration', async () => {
  const { notes, totals } = await rehearsal.traffic.snapshot();
  expect(notes).toEqual([]);
  expect(totals.failures).toBe(0);
  expect(await rehearsal.platform.call<string[]>('GET', '/problems')).toEqual([]);
  expect(await rehearsal.analyze()).toEqual([]);
});
