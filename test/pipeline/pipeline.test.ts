import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { PREVIEW_ACCOUNT, RELEASE_ACCOUNT } from '../../components/access/pure';
import { NAMESPACE, Shop, STACK } from './support/shop';

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
  await shop.rehearsal.traffic.start({ ratePerSecond: 100, concurrency: 8 });
});

afterAll(async () => {
  await shop.clearFaults();
  await shop.rehearsal.traffic.stop();
  await shop.close();
});

/** What GitLab says of a merge request's pipeline. */
const mergeRequest = () => ({
  CI_PIPELINE_SOURCE: 'merge_request_event',
  CI_MERGE_REQUEST_IID: '7',
  CI_MERGE_REQUEST_DIFF_BASE_SHA: shop.base,
});
/** And of one of the default branch. */
const merged = () => ({ CHANGES_SINCE: shop.base, STACKS: STACK });

const inCheckout = (...path: string[]) => join(shop.repository.dir, ...path);
const json = (...path: string[]): unknown => JSON.parse(readFileSync(inCheckout(...path), 'utf8'));

/** Starts a job of the release's pipeline, as a click does, on a fresh checkout of what was merged. */
async function click(job: string) {
  shop.repository.git('checkout', '--quiet', '--', 'stacks');
  return shop.runner.run(['--file', 'out/ci/steps.yml', `${STACK}: ${job}`], merged());
}

describe('the accounts', () => {
  const configMap = JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'of-a-preview', namespace: NAMESPACE },
  });
  const deployment = (name: string) =>
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: NAMESPACE },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: { containers: [{ name: 'c', image: 'i:1' }] },
        },
      },
    });

  test('the one that previews may try changes and make none', async () => {
    const apply = ['apply', '--server-side', '-f', '-'];
    expect(await shop.as(PREVIEW_ACCOUNT, [...apply, '--dry-run=server'], configMap)).toMatchObject({
      ok: true,
    });
    const refusals = [
      await shop.as(PREVIEW_ACCOUNT, apply, configMap),
      await shop.as(PREVIEW_ACCOUNT, ['create', '-f', '-'], configMap),
      await shop.as(PREVIEW_ACCOUNT, ['label', 'service', 'reviews', 'a=b']),
      await shop.as(PREVIEW_ACCOUNT, ['patch', 'deployment', 'reviews-v1', '-p', '{"spec":{"replicas":0}}']),
      await shop.as(PREVIEW_ACCOUNT, ['delete', 'virtualservice', 'reviews']),
      await shop.as(PREVIEW_ACCOUNT, ['delete', 'pods', '--all']),
      await shop.as(PREVIEW_ACCOUNT, ['get', 'secrets']),
      await shop.as(PREVIEW_ACCOUNT, ['get', 'pods', '-n', 'istio-system']),
    ];
    expect(refusals.map(({ ok, said }) => [ok, /orbidden/.test(said)])).toEqual(
      refusals.map(() => [false, true]),
    );
    expect(refusals[0]!.said).toMatch(/it may only try changes \(server-side dry run\), not make them/);
    expect(await shop.kubectl('get', 'configmaps', '-o', 'name')).not.toMatch(/of-a-preview/);
  });

  test('the one that steps may change versions and routes of the application and nothing else', async () => {
    const apply = ['apply', '--server-side', '--dry-run=server', '-f', '-'];
    const may = await shop.as(RELEASE_ACCOUNT, apply, deployment('reviews-v9'));
    expect(may).toMatchObject({ ok: true });
    const refusals = [
      await shop.as(RELEASE_ACCOUNT, apply, deployment('miner')),
      await shop.as(RELEASE_ACCOUNT, apply, configMap),
      await shop.as(RELEASE_ACCOUNT, ['label', 'service', 'reviews', 'a=b']),
      await shop.as(RELEASE_ACCOUNT, ['label', 'virtualservice', 'bookinfo', 'a=b']),
      await shop.as(RELEASE_ACCOUNT, ['get', 'secrets']),
      await shop.as(RELEASE_ACCOUNT, ['delete', 'pods', '--all']),
      await shop.as(RELEASE_ACCOUNT, ['create', 'token', 'default']),
      await shop.as(RELEASE_ACCOUNT, ['get', 'deployments', '-n', 'istio-system']),
    ];
    expect(refusals.map(({ ok, said }) => [ok, /orbidden/.test(said)])).toEqual(
      refusals.map(() => [false, true]),
    );
    expect(refusals[0]!.said).toMatch(/it may change the versions and routes of .*reviews/);
  });
});

describe('a merge request', () => {
  const branch = (name: string) => shop.repository.git('checkout', '--quiet', '--force', '-b', name, 'main');
  afterAll(() => shop.repository.git('checkout', '--quiet', '--force', 'main'));

  test('that policies refuse: the preview and the policies are red and say why', async () => {
    branch('refused');
    shop.repository.configure(STACK, { images: { 'details-v1': 'docker.io/example/details:latest' } });
    shop.repository.commit('an image without a version');
    const run = await shop.runner.run([`preview: [${STACK}]`, `policies: [${STACK}]`], mergeRequest());
    expect(run.code).not.toBe(0);
    expect(run.jobs).toEqual({ [`preview: [${STACK}]`]: 'FAIL', [`policies: [${STACK}]`]: 'FAIL' });
    expect(run.output).toMatch(/refused by policy: policies refuse the step/);
    expect(run.output.match(/has the tag latest/g)!.length).toBeGreaterThanOrEqual(2);
    expect(shop.gitlab.notes).toHaveLength(1);
    expect(shop.gitlab.notes[0]!.body).toMatch(/## Refused by policy: reviews v1 → v2 on prod/);
  });

  test('gets checks, and a preview of each affected stack by the account that can change nothing', async () => {
    branch('feature');
    shop.repository.configure(STACK, {
      release: {
        service: 'reviews',
        stable: { version: 'v1' },
        canary: { version: 'v2' },
        steps: [0, 50, 100],
      },
    });
    // The checks of a whole project take minutes; these are the same jobs on one folder.
    shop.repository.write(
      'narrow/tsconfig.json',
      JSON.stringify({ extends: '../tsconfig.json', include: ['../release/ci'] }),
    );
    shop.repository.commit('three steps are enough');
    const run = await shop.runner.run([], {
      ...mergeRequest(),
      TYPED: 'narrow',
      LINTED: 'release/ci',
      UNIT_TESTS: '--testPathPatterns=test/unit/release/ci',
      PROCESS_TESTS: '--testPathPatterns=test/process/bin',
      SIMULATIONS: '--testPathPatterns=detection',
    });
    expect({ code: run.code, jobs: run.jobs, output: run.code === 0 ? '' : run.output }).toEqual({
      code: 0,
      jobs: {
        ...{ 'type check': 'PASS', lint: 'PASS', 'unit tests': 'PASS' },
        ...{ 'policies: [prod]': 'PASS', 'policies: [test]': 'PASS' },
        ...{ 'preview: [prod]': 'PASS', 'preview: [test]': 'PASS' },
      },
      output: '',
    });
    expect(json('out/ci/prod/summary.json')).toEqual({ create: 1, update: 1, delete: 0 });
    expect(json('out/ci/test/summary.json')).toEqual({ create: 0, update: 0, delete: 0 });
    expect(run.output).toMatch(/test is not affected: none of 1 changed files/);
    expect(json('out/ci/prod/plan.json')).toHaveProperty('resourcePlans');
    // The note is the one of the push before, written anew.
    expect(shop.gitlab.notes).toHaveLength(1);
    const [note] = shop.gitlab.notes;
    expect(note!.body).toContain('| baseline → 0 | v1 100 % | v1 100 % | 2 objects change');
    expect(note!.body).toContain('### Remaining plan');
    expect(note!.body).toContain('| 50 → 100 | v2 100 % | update VirtualService reviews | 5.0 s |');
    expect(await shop.applied()).toBe('baseline');
    expect(shop.gitlab.refused).toBe(0);
  });
});

describe('what was merged', () => {
  beforeAll(() => {
    shop.repository.git('merge', '--quiet', '--ff-only', 'feature');
    shop.repository.configure(STACK, { step: '0' });
    shop.repository.commit('the release may begin');
    shop.gitlab.files.set('stacks/Pulumi.prod.yaml', shop.repository.read('stacks/Pulumi.prod.yaml'));
  });

  test('makes a pipeline of its own with a job for each step, which takes the step that was merged', async () => {
    const run = await shop.runner.run([], merged());
    expect({ code: run.code, output: run.code === 0 ? '' : run.output }).toEqual({ code: 0, output: '' });
    const child = parse(readFileSync(inCheckout('out/ci/steps.yml'), 'utf8')) as Record<string, object>;
    expect(Object.keys(child).filter((key) => key.includes(':'))).toEqual([
      ...['prod: rollback', 'prod: preview', 'prod: step 0', 'prod: step 50', 'prod: step 100'],
      ...['prod: finish', 'prod: unlock'],
    ]);
    expect(run.jobs).toMatchObject({
      'prod: preview': 'PASS',
      'prod: step 0': 'PASS',
      'prod: unlock': 'PASS',
    });
    expect(run.jobs).not.toHaveProperty('prod: step 50');
    expect(await shop.applied()).toBe('0');
  });

  test('a step that is promoted is taken with the plan that was shown; the gate watches it; Git gets to know', async () => {
    const run = await click('step 50');
    expect({ code: run.code, output: run.code === 0 ? '' : run.output }).toEqual({ code: 0, output: '' });
    expect(await shop.applied()).toBe('50');
    expect(json('out/ci/prod/reviews/100/summary.json')).toEqual({ create: 0, update: 1, delete: 0 });
    expect(shop.gitlab.commits.at(-1)).toMatchObject({
      branch: 'main',
      path: 'stacks/Pulumi.prod.yaml',
      message: 'release: reviews on prod is at step 50 [skip ci]',
    });
    expect(await leases()).toBe('');
  });

  test('a rollback is one click, and a plan from before it is not taken', async () => {
    const run = await click('rollback');
    expect({ code: run.code, output: run.code === 0 ? '' : run.output }).toEqual({ code: 0, output: '' });
    expect(await shop.applied()).toBe('0');
    expect(shop.gitlab.commits.at(-1)?.message).toMatch(/is at step 0 /);
    const stale = await click('step 100');
    expect(stale.code).not.toBe(0);
    expect(stale.jobs).toMatchObject({ 'prod: step 100': 'FAIL' });
    expect(stale.output).toMatch(/cannot go from 0 to 100/);
    expect(await shop.applied()).toBe('0');
  });

  /** Has somebody else hold the release's lock. */
  async function hold(owner: string, host: string): Promise<void> {
    const record = {
      ...{ schema: 1, id: owner, stack: STACK, operation: 'advance to 50', owner, host, pid: 7 },
      takenAt: '2026-11-21T12:00:00.000Z',
    };
    const annotations = { 'release.bookinfo.io/lock': JSON.stringify(record) };
    const metadata = { name: `release-${STACK}`, namespace: NAMESPACE, annotations };
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata };
    await shop.rehearsal.tool('kubectl', ['create', '-f', '-'], JSON.stringify(lease));
  }
  const leases = () => shop.kubectl('get', 'leases', '-o', 'name');
  beforeEach(() => shop.kubectl('delete', 'leases', '--all'));

  test('a lock that somebody else holds makes the step red, names the holder and stays', async () => {
    await hold('alice', 'her-laptop');
    const run = await click('step 50');
    expect(run.jobs).toMatchObject({ 'prod: step 50': 'FAIL' });
    expect(run.output).toMatch(
      /locked: another release is under way: advance to 50 of stack prod by alice on her-laptop/,
    );
    expect((await click('unlock')).output).toMatch(/stays: .*alice.*no job of a pipeline/);
    expect(await leases()).toMatch(/release-prod/);
  });

  test('a lock of a job that GitLab says has ended is given back', async () => {
    await hold('bob, job 4711 of pipeline 42', 'runner-9');
    shop.gitlab.jobs.set('4711', 'running');
    expect((await click('unlock')).output).toMatch(/stays: .*the job is running/);
    shop.gitlab.jobs.set('4711', 'failed');
    expect((await click('unlock')).output).toMatch(/was left over and is free now: .*the job is failed/);
    expect(await leases()).toBe('');
  });

  test('with it goes what the engine of that job has left in the bucket', async () => {
    const locks = '.pulumi/locks/';
    const left = `${locks}organization/bookinfo/${STACK}/left.json`;
    const lock = { pid: 7, username: 'bob', hostname: 'runner-9', timestamp: '2026-11-21T12:00:00Z' };
    await shop.store.write(left, JSON.stringify(lock));
    const refused = await click('step 50');
    expect(refused.jobs).toMatchObject({ 'prod: step 50': 'FAIL' });
    expect(refused.output).toMatch(/locked: the engine's own lock is held: .*bob@runner-9/);
    expect(refused.output).toMatch(/pulumi cancel/);
    expect(await shop.store.keys(locks)).toEqual([left]);
    await hold('bob, job 4711 of pipeline 42', 'runner-9');
    shop.gitlab.jobs.set('4711', 'failed');
    expect((await click('unlock')).output).toMatch(/was left over and is free now/);
    expect(await shop.store.keys(locks)).toEqual([]);
  });

  test('a canary that fails its gate makes the step red, with the reason, and is taken back', async () => {
    await shop.fault({ errors: { share: 0.6 } });
    const run = await click('step 50');
    await shop.clearFaults();
    expect(run.jobs).toMatchObject({ 'prod: step 50': 'FAIL' });
    expect(run.output).toMatch(/rolled back: reviews is back at 0 from 50: .*error/);
    expect(await shop.applied()).toBe('0');
    expect(shop.gitlab.commits.at(-1)?.message).toMatch(/is at step 0 /);
  });

  test('a rollback stops the step that is being watched', async () => {
    shop.repository.configure(STACK, {
      gates: { bake: '60s', longest: '70s', interval: '1s', minimumRequests: 60 },
    });
    shop.repository.commit('watched for a minute');
    let ended = false;
    const stepping = click('step 50').finally(() => (ended = true));
    while ((await shop.applied()) !== '50') {
      if (ended) throw new Error(`the step was not taken: ${(await stepping).output}`);
      await sleep(500);
    }
    const held = await shop.kubectl('get', 'leases', '-o', 'yaml');
    const [, job = '', pipeline] = /job (\d+) of pipeline (\d+)/.exec(held)!;
    shop.gitlab.jobs.set(job, 'running');
    shop.gitlab.pipelines.set(job, Number(pipeline));
    const cancelled: string[] = [];
    // What GitLab and a runner do: the job's processes are told to end, and it is over when they have.
    shop.gitlab.onCancel = (id) => {
      cancelled.push(id);
      shop.gitlab.jobs.set(id, 'canceling');
      for (const pid of shop.stepping()) process.kill(pid, 'SIGTERM');
      void stepping.then(() => shop.gitlab.jobs.set(id, 'canceled'));
    };
    const run = await shop.runner.run(['--file', 'out/ci/steps.yml', `${STACK}: rollback`], merged());
    expect((await stepping).output).toMatch(/interrupted: stopped; reviews stands at 50/);
    expect({ code: run.code, output: run.code === 0 ? '' : run.output }).toEqual({ code: 0, output: '' });
    expect(cancelled).toEqual([job]);
    expect(await shop.applied()).toBe('0');
    expect(await leases()).toBe('');
    shop.repository.git('reset', '--quiet', '--hard', 'HEAD~1');
  });

  test('the release goes to its end, step by step', async () => {
    for (const [job, step] of [
      ['step 50', '50'],
      ['step 100', '100'],
      ['finish', 'finished'],
    ] as const) {
      const run = await click(job);
      expect({ code: run.code, output: run.code === 0 ? '' : run.output }).toEqual({ code: 0, output: '' });
      expect(await shop.applied()).toBe(step);
    }
    expect(await shop.kubectl('get', 'deployments', '-o', 'name')).not.toMatch(/reviews-v1/);
  });
});
