import { advance } from '../../../../release/commands/advance';
import { examineSurroundings } from '../../../../release/commands/doctor';
import { serve, json, text, type Loopback } from '../server';
import { World } from './fakes';

let world: World;
let server: Loopback;

beforeAll(async () => {
  server = await serve(text('fine'));
});
afterAll(() => server.close());
beforeEach(() => {
  world = new World();
  server.reply = text('fine');
});

const go = (checks: object) => {
  world.gates = { ...world.gates, ...checks };
  world.at('0');
  return advance(world.context(), { ports: world.ports() });
};

const query = { name: 'sold', query: 'sold{v="{{version}}"}', above: 5, failures: 2 };
const template = { spec: { containers: [{ name: 'smoke', image: 'smoke:1' }] } };
const ofCanary = (value: number) => (asked: string) =>
  ({ kind: 'value', value: asked.includes('"v2"') ? value : 10 }) as const;

test.each<[string, object, (at: World) => void, string, RegExp]>([
  ['a number within its bounds passes', { queries: [query] }, (at) => (at.answer = ofCanary(6)), 'done', /./],
  [
    'one that is not takes it back',
    { queries: [query] },
    (at) => (at.answer = ofCanary(4)),
    'rolledBack',
    /query:sold: canary 4/,
  ],
  [
    'compared with the stable version',
    { queries: [{ name: 'sold', query: query.query, ofStable: { atLeast: 0.8 } }] },
    (at) => (at.answer = ofCanary(7)),
    'rolledBack',
    /canary 7, stable 10/,
  ],
  [
    'without a number it is held',
    { queries: [query] },
    (at) => (at.answer = () => ({ kind: 'none', reason: 'empty', detail: 'no series' })),
    'held',
    /no number of the canary/,
  ],
  ['a Job that completes passes', { jobs: [{ name: 'smoke', template }] }, () => undefined, 'done', /./],
  [
    'one that fails takes it back',
    { jobs: [{ name: 'smoke', template }] },
    (at) => (at.job = 'failed'),
    'rolledBack',
    /job:smoke: the Job failed/,
  ],
  [
    'one that cannot be made holds it',
    { jobs: [{ name: 'smoke', template }] },
    (at) => (at.refuse.job = new Error('forbidden')),
    'held',
    /cannot be created: forbidden/,
  ],
])('%s', async (_, checks, given, outcome, says) => {
  given(world);
  expect(await go(checks)).toMatchObject({ outcome, summary: expect.stringMatching(says) as string });
  const made = world.calls.filter((call) => call === 'job smoke at 10').length;
  expect(world.calls.filter((call) => call === 'job smoke removed').length).toBe(
    world.refuse.job === undefined ? made : 0,
  );
});

test('a Job runs once a step, or again and again', async () => {
  await go({ jobs: [{ name: 'smoke', template }] });
  expect(world.calls.filter((call) => call === 'job smoke at 10')).toHaveLength(1);
  world = new World();
  await go({ jobs: [{ name: 'smoke', template, every: '5s' }] });
  expect(world.calls.filter((call) => call === 'job smoke at 10').length).toBeGreaterThan(2);
});

test('a Job that still runs when the step is decided is removed', async () => {
  world.job = 'running';
  world.errors = 0.5;
  expect((await go({ jobs: [{ name: 'smoke', template }] })).outcome).toBe('rolledBack');
  expect(world.calls).toContain('job smoke removed');
});

test('doctor asks each once, and says what it would say', async () => {
  server.reply = json({ verdict: 'fail', finding: 'nobody could pay' });
  world.gates = {
    ...world.gates,
    queries: [query, { ...query, name: 'late', query: 'late' }],
    webhooks: [{ name: 'pay', url: server.url }],
    jobs: [{ name: 'smoke', template }],
  };
  world.answer = (asked) =>
    asked === 'late'
      ? { kind: 'none', reason: 'refused', detail: 'parse error' }
      : { kind: 'value', value: 9 };
  const before = server.received.length;
  const findings = await examineSurroundings(world.at('10').context(), {
    ports: world.ports(),
    server: () => Promise.reject(new Error('no cluster here')),
  });
  expect(
    findings.filter(({ about }) => about === 'check').map(({ state, detail }) => [state, detail]),
  ).toEqual([
    ['good', 'query:sold: canary 9'],
    ['bad', 'query:late: no number of the canary: parse error'],
    ['warning', 'webhook:pay would speak against the canary now: nobody could pay'],
    ['good', 'job:smoke: the API server would take the Job'],
  ]);
  expect(server.received.slice(before).map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
    { check: 'pay', dryRun: true },
  ]);
  expect(world.calls).toEqual([]);
});
