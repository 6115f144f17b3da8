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
const rates = { updateRate: 25, sampleRate: 250, sampleSize: 5000 };

let rehearsal: SharedRehearsal;
let engine: Engine;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  await rehearsal.gatewayApi();
  engine = await rehearsal.engine(namespace);
  engine.configure({
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
  const { perVersion, failures } = await run().sample(Date.now(), 1500);
  expect([perVersion['v2'] ?? 0, failures]).toEqual([0, 0]);
});

test('a rollback from every weight is one move of one object, and loses no request', async () => {
  for (const step of ['10', '25', '50', '100']) {
    const steps = [...new Set([0, Number(step), 100])];
    const direct = rehearsal.release(engine, { ...release, steps }, rates);
    expect(namesOf((await direct.move(step)).changed)).toEqual(['reviews-http-route']);
    await direct.sample(Date.now(), 200);
    const rollback = await direct.rollback(step);
    expect(rollback).toMatchObject({ failures: 0 });
    expect(rollback.secondsToZero).not.toBeNull();
    expect((await direct.sample(Date.now(), 200)).perVersion['v2'] ?? 0).toBe(0);
  }
});

test('at each weight the share of the requests is the weight', async () => {
  const way = rehearsal.release(engine, { ...release, steps: [0, 10, 50, 100] }, rates);
  for (const step of ['10', '50']) {
    expect(await way.take(step)).toMatchObject({ withinInterval: true, stray: 0, failures: 0 });
  }
  await way.rollback('50');
});

test('v3 supersedes v2 in flight: back to 0, then the swap, without a failed request', async () => {
  const at = run();
  for (const step of ['10', '25']) await at.move(step);
  const { result, run: next } = await at.supersede('25', 'v3');
  expect(result).toMatchObject({ replaced: 'v2', by: 'v3', failures: 0, stray: 0 });
  await next.move('10');
  expect((await next.sample(Date.now(), 500)).perVersion['v3'] ?? 0).toBeGreaterThan(0);
  await next.rollback('10');
  await next.move('baseline');
});

test.each(['0', '10'])(
  'a second update of step %s changes nothing, after a refresh neither',
  async (step) => {
    await run().move(step);
    expect((await engine.up({ refresh: true })).changed).toEqual([]);
  },
);

test('a finished release is the baseline of the next one: the preview is empty', async () => {
  for (const step of ['25', '50', '100', 'finished']) await run().move(step);
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
