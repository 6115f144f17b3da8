import { advance } from '../../../release/commands/advance';
import { migrateRoutes } from '../../../release/commands/migrateRoutes';
import { rollback } from '../../../release/commands/rollback';
import { sharedRehearsal, type SharedRehearsal } from '../../support/rehearsal';
import { until } from '../../support/until';
import { Trial } from './support';

/** Requests a second while routes are moved. */
const RATE = 250;
/** Requests while routes are moved there and back, of which none may fail. */
const REQUESTS = 10_000;

let rehearsal: SharedRehearsal;
let trial: Trial;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  await rehearsal.gatewayApi();
  trial = await Trial.start(rehearsal, 'mesh-migrate');
  for (const step of ['0', '10']) {
    trial.engine.configure({ 'bookinfo:step': step });
    await trial.engine.up();
  }
  await rehearsal.traffic.start({ ratePerSecond: RATE, concurrency: 16 });
});

afterAll(async () => {
  await rehearsal.traffic.stop();
  await trial.engine.destroy();
});

const objects = async () =>
  (
    await trial.kubectl(
      ...['get', 'httproutes,virtualservices,destinationrules,services', '-l', 'app=reviews', '-o', 'name'],
    )
  )
    .trim()
    .split('\n')
    .sort();

const byVirtualService = [
  'destinationrule.networking.istio.io/reviews',
  'service/reviews',
  'virtualservice.networking.istio.io/reviews',
];
const byHttpRoute = [
  'httproute.gateway.networking.k8s.io/reviews',
  ...['service/reviews', 'service/reviews-v1', 'service/reviews-v2'],
];

test('without --yes it is only told', async () => {
  const result = await migrateRoutes(trial.context(), { to: 'httpRoute' });
  expect(result).toMatchObject({
    outcome: 'done',
    summary: 'would be: 3 objects created, 2 taken away',
    next: ['release migrate-routes --to httpRoute --yes --stack mesh-migrate'],
  });
  expect(await objects()).toEqual(byVirtualService);
});

test('what the other API cannot express is refused before anything', async () => {
  const release = trial.engine.configured('bookinfo:release') as object;
  trial.engine.configure({ 'bookinfo:release': { ...release, sticky: { cookie: 'seen' } } });
  await expect(migrateRoutes(trial.context(), { to: 'httpRoute', yes: true })).rejects.toThrow(/sticky/);
  trial.engine.configure({ 'bookinfo:release': release });
  expect(await objects()).toEqual(byVirtualService);
});

test('in the middle of a release, under load, routes go to HTTPRoute', async () => {
  expect(await migrateRoutes(trial.context(), { to: 'httpRoute', yes: true })).toMatchObject({
    outcome: 'done',
    summary: 'reviews is routed by httpRoute: 3 objects created, 2 taken away',
  });
  expect(await objects()).toEqual(byHttpRoute);
  expect(await trial.previewIsClean()).toBe(true);
});

test('the release goes on there, gated by what the proxies count, and back', async () => {
  expect(await advance(trial.context())).toMatchObject({ outcome: 'done' });
  expect(await trial.applied()).toBe('50');
  expect(await rollback(trial.context())).toMatchObject({ outcome: 'done' });
  expect(await trial.applied()).toBe('0');
  const from = Date.now();
  await until('2000 requests', async () => (await trial.since(from)).requests >= 2000);
  expect((await trial.since(from)).perVersion['v2'] ?? 0).toBe(0);
});

test('there and back, as long as it takes, no request fails', async () => {
  const failures = async () => (await rehearsal.traffic.snapshot()).totals;
  do {
    for (const [to, expected] of [
      ['virtualService', byVirtualService],
      ['httpRoute', byHttpRoute],
    ] as const) {
      expect(await migrateRoutes(trial.context(), { to, yes: true })).toMatchObject({ outcome: 'done' });
      expect(await objects()).toEqual(expected);
    }
  } while ((await failures()).requests < REQUESTS);
  const { notes, totals } = await rehearsal.traffic.snapshot();
  expect(notes).toEqual([]);
  expect(totals.failures).toBe(0);
  expect(await rehearsal.platform.call<string[]>('GET', '/problems')).toEqual([]);
});
