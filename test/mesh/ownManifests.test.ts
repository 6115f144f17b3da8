import { join } from 'node:path';
import type { Engine } from '../../rehearsal/scenario/engine';
import type { ReleaseConfig } from '../../rehearsal/scenario/release-run';
import { tally } from '../../rehearsal/scenario/traffic';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';

/** Requests that a share is measured on, and a second. */
const SAMPLE = 400;
const load = { sampleSize: SAMPLE, updateRate: 25, sampleRate: 150 };

/** Two public applications, written anew in their own manner, with the service of each that is released. */
const applications = [
  { name: 'boutique', service: 'cartservice', port: 7070 },
  { name: 'sock-shop', service: 'front-end', port: 80 },
] as const;

let rehearsal: SharedRehearsal;
beforeAll(async () => {
  rehearsal = await sharedRehearsal();
});

describe.each(applications)('$service of $name, by its own manifests', ({ name, service }) => {
  const namespace = `mesh-${name}`;
  const release: ReleaseConfig = {
    service,
    stable: { version: 'v1' },
    canary: { version: 'v2' },
    steps: [0, 10, 50, 100],
  };
  let engine: Engine;

  beforeAll(async () => {
    engine = await rehearsal.engine(namespace);
    engine.configure({
      'bookinfo:application': join(__dirname, 'samples', `${name}.app.yaml`),
      // Their pods name no seccomp profile, as few manifests do, and some add capabilities.
      'bookinfo:podSecurity': 'baseline',
      'bookinfo:release': release,
      'bookinfo:step': 'baseline',
    });
    await engine.up();
  });

  afterAll(async () => {
    await rehearsal.traffic.stop();
    await engine.destroy();
  });

  async function kubectl(...args: string[]): Promise<unknown> {
    const { stdout } = await rehearsal.tool('kubectl', [...args, '-n', namespace, '-o', 'json']);
    return JSON.parse(stdout);
  }

  test('nothing changes in a second update', async () => {
    expect((await engine.up()).changed).toEqual([]);
  });

  test('is released by weight to its end and back, without a failed request', async () => {
    const run = rehearsal.release(engine, release, load);
    const startedAt = Date.now();
    await rehearsal.traffic.start({ path: '/', service, ratePerSecond: load.updateRate, concurrency: 8 });
    expect(await run.take('0')).toMatchObject({ failures: 0, stray: 0, withinInterval: true });
    for (const step of ['10', '50']) {
      const taken = await run.take(step);
      expect(taken.changed).toEqual([expect.stringContaining(`VirtualService::${service}`)]);
      expect(taken).toMatchObject({ failures: 0, withinInterval: true });
      expect(taken.requested).toBeGreaterThanOrEqual(SAMPLE);
    }
    const back = await run.rollback('50');
    expect(back).toMatchObject({ failures: 0 });
    expect(back.secondsToZero).not.toBeNull();
    for (const step of ['10', '50', '100', 'finished']) await run.move(step);
    const end = await run.sample(Date.now(), SAMPLE);
    expect(Object.keys(end.perVersion)).toEqual(['v2']);
    const { buckets, notes } = await rehearsal.traffic.snapshot(startedAt);
    expect(notes).toEqual([]);
    expect(tally(buckets, startedAt, Date.now()).failures).toBe(0);
  });

  test('what is left is the new version alone, as its manifests have it', async () => {
    const { items } = (await kubectl('get', 'deployments', '-l', `app=${service}`)) as {
      items: { metadata: { name: string }; spec: { template: { spec: unknown } } }[];
    };
    expect(items.map(({ metadata }) => metadata.name)).toEqual([`${service}-v2`]);
    expect(await rehearsal.platform.call<string[]>('GET', '/problems')).toEqual([]);
  });
});
