import { weightOf, type ReleaseConfig } from '../../rehearsal/scenario/release-run';
import { EngineError, type Engine } from '../../rehearsal/scenario/engine';
import { tally } from '../../rehearsal/scenario/traffic';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';

const namespace = 'mesh-release';
const first: ReleaseConfig = {
  service: 'reviews',
  stable: { version: 'v1' },
  canary: { version: 'v2' },
  steps: [0, 10, 25, 50, 100],
};

/** Requests a second while updates run, of which none may fail, and while answers are counted. */
const rates = { updateRate: 25, sampleRate: 150 };

let rehearsal: SharedRehearsal;
let engine: Engine;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  engine = await rehearsal.engine(namespace);
  engine.configure({ 'bookinfo:release': first, 'bookinfo:step': 'baseline' });
  await engine.up();
  await rehearsal.traffic.start({ ratePerSecond: rates.updateRate, concurrency: 8 });
});

afterAll(async () => {
  await rehearsal.traffic.stop();
  await engine.destroy();
});

/** Everything the load has seen since a moment. */
async function since(from: number) {
  return tally((await rehearsal.traffic.snapshot(from)).buckets, from, Date.now());
}

test('every pod of Bookinfo is admitted at Pod Security restricted and gets ready', async () => {
  const { stdout } = await rehearsal.tool('kubectl', ['get', 'namespace', namespace, '-o', 'json']);
  const { metadata } = JSON.parse(stdout) as { metadata: { labels: Record<string, string> } };
  expect(metadata.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted',
    'istio-injection': 'enabled',
  });
  const pods = JSON.parse(
    (await rehearsal.tool('kubectl', ['get', 'pods', '-n', namespace, '-o', 'json'])).stdout,
  ) as {
    items: {
      metadata: { labels: { app: string; version: string } };
      spec: { containers: { name: string }[]; initContainers?: { name: string }[] };
      status: { conditions: { type: string; status: string }[] };
    }[];
  };
  const names = pods.items.map(({ metadata: { labels } }) => `${labels.app}-${labels.version}`).sort();
  expect(names).toEqual(['details-v1', 'productpage-v1', 'ratings-v1', 'reviews-v1']);
  for (const { spec, status } of pods.items) {
    const all = [...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name);
    expect(all).toContain('istio-proxy');
    expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
  }
});

/** Not even a state that was brought up to what the cluster has differs from what the program declares. */
const changedByRepeating = async () => (await engine.up({ refresh: true })).changed;

test('a rollback from every weight is one move, loses no request and leaves the canary without any', async () => {
  expect(await changedByRepeating()).toEqual([]);
  await rehearsal.release(engine, first, rates).move('0');
  expect(await changedByRepeating()).toEqual([]);
  for (const from of ['10', '25', '50', '100']) {
    const startedAt = Date.now();
    // Which steps there are on the way is up to the release.
    const steps = [...new Set([0, weightOf(from), 100])];
    const run = rehearsal.release(engine, { ...first, steps }, rates);
    // From 0 on, a weight step touches one object, and a second update none, after a refresh neither.
    expect((await run.move(from)).changed).toEqual([expect.stringContaining('VirtualService')]);
    if (from === '10') expect((await run.move(from)).changed).toEqual([]);
    expect(await changedByRepeating()).toEqual([]);
    await run.sample(Date.now(), 200);
    const rollback = await run.rollback(from);
    // How long that took is in the report of a rehearsal, which judges it; beside other tests it says nothing.
    expect(rollback.secondsToZero).not.toBeNull();
    const after = await run.sample(Date.now(), 200);
    expect(after.perVersion.v2 ?? 0).toBe(0);
    const all = await since(startedAt);
    expect(all.failures).toBe(0);
    expect(all.perVersion.v2 ?? 0).toBeGreaterThan(0);
  }
});

test('a step that skips another is refused by preview and update, and an override is recorded', async () => {
  const run = rehearsal.release(engine, first, rates);
  await run.move('10');
  const route = async () =>
    (await rehearsal.tool('kubectl', ['get', 'virtualservice', 'reviews', '-n', namespace, '-o', 'json']))
      .stdout;
  const before = await route();
  engine.configure({ 'bookinfo:step': '100' });
  await expect(engine.preview()).rejects.toThrow(/bookinfo:step[\s\S]*remedy/);
  await expect(engine.up()).rejects.toThrow(EngineError);
  expect(JSON.parse(await route())).toEqual(JSON.parse(before));
  engine.configure({ 'bookinfo:override': { from: '10', to: '50', reason: 'a test of the override' } });
  await run.move('50');
  const outputs = (await engine.outputs()) as { release: Record<string, unknown> };
  expect(outputs.release.reviews).toMatchObject({
    step: '50',
    weights: { v1: 50, v2: 50 },
    override: { from: '10', to: '50', reason: 'a test of the override' },
  });
  engine.configure({ 'bookinfo:override': undefined });
});

test('v3 supersedes v2 in flight, at 50: back to 0, then the swap, without a failed request', async () => {
  const run = rehearsal.release(engine, first, rates);
  await run.sample(Date.now(), 200);
  const { result, run: next } = await run.supersede('50', 'v3');
  expect(result).toMatchObject({ replaced: 'v2', by: 'v3', failures: 0, stray: 0 });
  const step = await next.take('10');
  expect(step.observed.v3).toBeGreaterThan(0);
  expect(step.failures).toBe(0);
  await next.rollback('10');
});

test('it is finished, a repeated update changes nothing, and it is the baseline of the next one: the preview is empty', async () => {
  const last = { ...first, canary: { version: 'v3' }, steps: [0, 100] };
  const run = rehearsal.release(engine, last, rates);
  for (const step of ['100', 'finished']) await run.move(step);
  expect(await changedByRepeating()).toEqual([]);
  engine.configure({
    'bookinfo:release': { ...first, stable: { version: 'v3' }, canary: { version: 'v2' } },
    'bookinfo:step': 'baseline',
  });
  expect((await engine.preview()).changed).toEqual([]);
  expect((await engine.up()).changed).toEqual([]);
});

test('no proxy refused a configuration and no request failed from the first to the last', async () => {
  expect(await rehearsal.platform.call<string[]>('GET', '/problems')).toEqual([]);
  const { notes, totals } = await rehearsal.traffic.snapshot();
  expect(notes).toEqual([]);
  expect(totals.failures).toBe(0);
  // How many there were is a matter of the machine; that they go on to the end is not.
  expect((await rehearsal.traffic.sample(Date.now(), 200)).failures).toBe(0);
});

test('istioctl analyze finds neither errors nor warnings anywhere', async () => {
  expect(await rehearsal.analyze()).toEqual([]);
});
