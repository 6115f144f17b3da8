import { advance } from '../../../../release/commands/advance';
import { ReleaseError } from '../../../../release/exitCodes';
import { judgedTag } from '../../../../release/sequence/verdicts';
import { failedOn, routesOf, World } from '../sequence/fakes';

let world: World;

beforeEach(() => {
  world = new World();
});

const go = (options: Parameters<typeof advance>[1] = {}) =>
  advance(world.context(), { ...options, ports: world.ports() });

test('a good step: lock, drift, preview with policies, update with its plan, proxies, gate, record, lock given back', async () => {
  world.at('0');
  const result = await go();
  expect(result).toMatchObject({
    outcome: 'done',
    next: ['release advance --stack prod', 'release rollback --stack prod'],
  });
  expect(world.phases()).toEqual([
    ...['lock done', 'drift done', 'preview done', 'up done', 'converge done', 'bake done', 'record done'],
  ]);
  expect(world.calls).toEqual(['preview with policies, plan', 'up plan']);
  expect([world.step, world.named, world.isLocked]).toEqual(['10', '10', false]);
  expect(world.config).toContain('# the step');
  expect(JSON.parse(world.tags[judgedTag('reviews')] ?? '')).toMatchObject({ step: '10', verdict: 'pass' });
  expect(result.report).toMatchObject({
    outcome: 'done',
    exitCode: 0,
    steps: [{ from: '0', to: '10', weight: 10, gate: { verdict: 'pass' } }],
  });
});

test('where Istio is not installed nothing is begun, unless this very stack installs it', async () => {
  world.live = undefined;
  world.step = undefined;
  world.hasMesh = false;
  await expect(go()).rejects.toMatchObject({
    outcome: 'error',
    message: expect.stringContaining('does not serve networking.istio.io/v1') as string,
    remedy: expect.stringContaining('install it first') as string,
  });
  expect([world.calls, world.isLocked]).toEqual([[], false]);
  world.configure((text) => text.replace('  bookinfo:layers', '  bookinfo:istio: {}\n  bookinfo:layers'));
  expect(await go()).toMatchObject({ outcome: 'done' });
});

test('a bad canary is taken back at once: routes first, then one update of the VirtualService alone, without a preview', async () => {
  world.at('0').errors = 0.5;
  const result = await go();
  expect(result).toMatchObject({
    outcome: 'rolledBack',
    summary: expect.stringContaining('errorCeiling') as string,
  });
  expect(world.calls).toEqual(['preview with policies, plan', 'up plan', 'routes back', 'up target refresh']);
  expect([world.step, world.named]).toEqual(['0', '0']);
  expect(result.report?.rollback).toMatchObject({ from: '10', secondsToZero: expect.any(Number) as number });
  expect(world.tags[judgedTag('reviews')]).not.toContain('"10"');
});

test('a rollback without the early routes is done by its update alone', async () => {
  world.at('0').errors = 0.5;
  world.refuse.routeBack = new Error('conflict with another manager');
  expect((await go()).outcome).toBe('rolledBack');
  expect(world.notes()).toContain('the routes go back with the update, not before it: conflict');
  expect([world.step, world.named]).toEqual(['0', '0']);
});

test('a canary that still has requests after the rollback is told as it is', async () => {
  world.at('0').errors = 0.5;
  world.silentAfterRollback = false;
  const result = await go();
  expect(result.outcome).toBe('rolledBack');
  expect(result.summary).toContain('was not observed: v2 still had requests');
  expect(result.report?.rollback?.secondsToZero).toBeNull();
});

test('a source that is down holds the step, and the next command watches it before it goes further', async () => {
  world.at('0').errors = undefined;
  const held = await go();
  expect(held).toMatchObject({
    outcome: 'held',
    next: ['release advance --stack prod', 'release rollback --stack prod'],
  });
  expect([world.step, world.named]).toEqual(['10', '10']);
  world.calls.length = 0;
  expect((await go()).outcome).toBe('held');
  expect(world.calls).toEqual([]);
  expect(world.notes()).toContain('reviews stands at 10, which has not passed its gate');
  world.errors = 0;
  expect((await go()).outcome).toBe('done');
  expect(world.step).toBe('50');
});

test('proxies that do not get the routes hold the step: it is not watched, nor gone further from', async () => {
  world.at('0').proxiesHave = 'nothing';
  const result = await go();
  expect(result).toMatchObject({ outcome: 'held', summary: expect.stringContaining('within 5 s') as string });
  expect(world.phases()).toContain('converge failed');
  expect(world.phases().some((phase) => phase.startsWith('bake'))).toBe(false);
});

test('another release refuses this one, and nothing is asked of anybody', async () => {
  world.at('0').hold();
  await expect(go()).rejects.toMatchObject({
    outcome: 'locked',
    message: expect.stringContaining('bob') as string,
  });
  expect(world.calls).toEqual([]);
  expect(world.phases()).toEqual(['lock failed']);
});

test('the lock of a process that is gone is broken, and said so', async () => {
  world.at('0').hold({ host: 'here', bootId: 'boot', processStart: '0' });
  expect((await go()).outcome).toBe('done');
  expect(JSON.stringify(world.events)).toContain('broke the lock of a process that is gone: advance, by bob');
});

test('routes that somebody edited stop the step before anything is previewed, with manager and difference', async () => {
  world.at('10').live = routesOf({ v1: 60, v2: 40 });
  const failure = await go().catch((thrown: unknown) => thrown as ReleaseError);
  expect(failure).toMatchObject({ outcome: 'drift' });
  expect((failure as ReleaseError).message).toMatch(
    /VirtualService prod\/reviews was changed.*kubectl-edit[\s\S]*route\[0\]\.weight: applied 90, now 60/,
  );
  expect([world.calls, world.isLocked, world.named]).toEqual([[], false, '10']);
});

test('drift is put back by an update of its own that reads first and takes fields back', async () => {
  world.at('10').live = routesOf({ v1: 60, v2: 40 });
  expect((await go({ onDrift: 'overwrite' })).outcome).toBe('done');
  expect(world.calls).toEqual(['preview with policies, plan', 'up refresh']);
  expect(world.step).toBe('10');
  expect(world.config).not.toContain('enablePatchForce');
});

test('drift is taken over where it is a step that may be taken, else refused', async () => {
  world.at('10').live = routesOf({ v1: 50, v2: 50 });
  expect((await go({ onDrift: 'adopt' })).outcome).toBe('done');
  expect([world.step, world.named]).toEqual(['50', '50']);
  world.live = routesOf({ v1: 33, v2: 67 });
  await expect(go({ onDrift: 'adopt' })).rejects.toMatchObject({ outcome: 'drift' });
});

test('a policy that refuses leaves config and cluster as they were', async () => {
  const before = world.at('0').config;
  world.refuse.preview = new ReleaseError('policy', 'R06 refuses it');
  await expect(go()).rejects.toMatchObject({ outcome: 'policy' });
  expect([world.calls, world.config, world.step]).toEqual([['preview with policies, plan'], before, '0']);
});

test('an update that fails puts the step back in config and says how to go on', async () => {
  const before = world.at('10').config;
  world.refuse.up = failedOn('urn:x::something');
  await expect(go()).rejects.toMatchObject({
    outcome: 'error',
    remedy: expect.stringContaining('release rollback --stack prod') as string,
  });
  expect([world.config, world.isLocked]).toEqual([before, false]);
});

test('a canary that never gets ready is answered with the baseline, as a gate that failed', async () => {
  world.at('baseline');
  world.refuse.up = failedOn('urn:pulumi:prod::bookinfo::kubernetes:apps/v1:Deployment::reviews-v2');
  world.onCall = () => {
    if (world.calls.filter((call) => call.startsWith('up')).length === 2) delete world.refuse.up;
  };
  const result = await go();
  expect(result).toMatchObject({
    outcome: 'rolledBack',
    summary: expect.stringContaining('back at baseline') as string,
  });
  expect([world.step, world.named]).toEqual(['baseline', 'baseline']);
});

test('a rollback refuses while no pod of the stable version is ready, and waits for the rest', async () => {
  world.at('0').errors = 0.5;
  world.capacities = [{ ready: 0, wanted: 2 }];
  await expect(go()).rejects.toMatchObject({
    outcome: 'error',
    message: expect.stringContaining('v1 has no ready pod') as string,
  });
  expect(world.calls).not.toContain('routes back');
  world.capacities = [
    { ready: 1, wanted: 2 },
    { ready: 2, wanted: 2 },
  ];
  expect((await go()).outcome).toBe('rolledBack');
  expect(world.notes()).toContain('1 of 2 pods ready');
});

test('what a killed run left pending is repaired before anything else', async () => {
  world.at('0').pending = [{ type: 'creating', urn: 'urn:x' }];
  expect((await go()).outcome).toBe('done');
  expect(world.calls[0]).toBe('repair');
  expect(world.phases().slice(0, 3)).toEqual(['lock done', 'repair done', 'drift done']);
});

const routedBack = {
  hosts: ['reviews'],
  http: [{ name: 'default', route: [{ destination: { host: 'reviews', subset: 'v1' } }] }],
};

test('a rollback that was killed between routes and update is finished, not called drift', async () => {
  Object.assign(world.at('10'), { live: routedBack, editor: undefined });
  const result = await go();
  expect(result).toMatchObject({
    outcome: 'rolledBack',
    summary: expect.stringContaining('stopped half way') as string,
  });
  expect([world.step, world.named]).toEqual(['0', '0']);
});

test('the same routes written by somebody else are drift', async () => {
  world.at('10').live = routedBack;
  await expect(go()).rejects.toMatchObject({ outcome: 'drift' });
});

test('a canary that config has replaced in flight: back to 0, then the swap', async () => {
  world.at('10').configure((text) => text.replace('version: v2', 'version: v3'));
  const result = await go();
  expect(result.outcome).toBe('done');
  expect(world.calls).toEqual(['routes back', 'up target refresh', 'preview with policies, plan', 'up plan']);
  expect([world.step, world.canary, world.named]).toEqual(['0', 'v3', '0']);
});

test.each(['preview', 'up', 'routes back'])(
  'a stop during %s says where things stand and gives the lock back',
  async (when) => {
    world.at('0').errors = 0.5;
    world.onCall = (call) => {
      if (call.startsWith(when)) world.abort.abort();
    };
    const result = await go();
    const at = when === 'routes back' ? '10' : '0';
    expect(result).toMatchObject({
      outcome: 'interrupted',
      summary: expect.stringContaining(`reviews stands at ${at}`) as string,
    });
    expect(result.next).toContain('release rollback --stack prod');
    expect(world.isLocked).toBe(false);
  },
);

test('a step that would skip another is refused before it is tried', async () => {
  world.at('0');
  await expect(go({ to: 50 })).rejects.toMatchObject({
    outcome: 'usage',
    message: expect.stringContaining('skips 10') as string,
  });
  expect(world.calls).toEqual([]);
});

test('the same step again watches it once more', async () => {
  world.at('10');
  expect((await go({ to: 10 })).outcome).toBe('done');
  expect([world.calls, world.phases()]).toEqual([
    [],
    ['lock done', 'drift done', 'converge done', 'bake done', 'record done'],
  ]);
});

test('a finished release has nothing left to do', async () => {
  world.at('finished');
  expect(await go()).toMatchObject({ outcome: 'done', next: [] });
  expect(world.calls).toEqual([]);
});
