import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { callersOf } from '../../../../components/application/pure';
import { ProblemsError } from '../../../../components/validation';
import { findStack, readReleaseStack, releaseOf, type SettingsOverrides } from '../../../../release/settings';

const root = join(__dirname, '../../../..');
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'settings-'));
  writeFileSync(join(dir, 'Pulumi.yaml'), 'name: bookinfo\nruntime: nodejs\n');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const release = {
  service: 'reviews',
  stable: { version: 'v1' },
  canary: { version: 'v2' },
  steps: [0, 10, 50, 100],
};
const base = { layers: ['application', 'release'], namespace: 'prod', release, step: '10' };

function read(values: Readonly<Record<string, unknown>>, overrides: SettingsOverrides = {}) {
  const config = Object.fromEntries(Object.entries(values).map(([key, value]) => [`bookinfo:${key}`, value]));
  writeFileSync(join(dir, 'Pulumi.prod.yaml'), stringify({ config }));
  return readReleaseStack(findStack({ cwd: dir, stack: 'prod' }), overrides);
}

function problems(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
  return [];
}

const paths = (run: () => unknown) => problems(run).map(({ path }) => path);

describe('the settings of a stack', () => {
  it('has every default where the stack has none of the keys', () => {
    const stack = read(base);
    expect(stack).toMatchObject({ stack: 'prod', namespace: 'prod', steps: { reviews: 10 }, secrets: [] });
    expect(stack.settings).toEqual({
      gates: expect.objectContaining({ minimumRequests: 100 }) as unknown,
      metrics: undefined,
      notify: { webhook: undefined, gitlab: undefined, datakit: undefined },
      lock: { in: 'lease', name: 'release-prod' },
      convergence: { by: 'share', timeoutMs: 60_000, intervalMs: 2_000, admins: undefined },
    });
  });

  it.each(['prod', 'test', 'rehearsal'])('reads the committed stack %s', (stack) => {
    const found = readReleaseStack(findStack({ cwd: root, stack }));
    expect(found.releases.map(({ service }) => service)).toEqual(['reviews']);
  });

  it('is about the application whose table it names, and tells which one it cannot read', () => {
    const shop = join(root, 'examples', 'shop.yaml');
    expect(read(base).application.name).toBe('bookinfo');
    const { application } = read({ ...base, application: shop });
    expect(application.name).toBe('shop');
    expect(callersOf(application, 'catalogue')).toEqual(['web']);
    expect(paths(() => read({ ...base, application: 'none.yaml' }))).toEqual(['bookinfo:application']);
  });

  it('asks the proxies for routes where the metrics come from them', () => {
    const admins = ['http://127.0.0.1:15000'];
    expect(read({ ...base, metrics: { envoy: { admins, format: 'json' } } }).settings.convergence).toEqual({
      by: 'proxies',
      timeoutMs: 60_000,
      intervalMs: 250,
      admins,
    });
  });

  it('asks no port of statistics for routes', () => {
    const envoy = { admins: ['http://127.0.0.1:15090'] };
    expect(read({ ...base, metrics: { envoy } }).settings.convergence.admins).toBeUndefined();
  });

  it('says everything that is wrong at once, with place and remedy', () => {
    const wrong = {
      ...base,
      namespace: 'Prod',
      step: '11',
      gates: { bake: 'five', confidance: 1 },
      metrics: {},
      notify: { webhook: { url: 'http://hooks.example.com' }, slack: {} },
      releaseLock: { in: 'file' },
      convergence: { by: 'hope', timeout: '1h' },
    };
    const found = problems(() => read(wrong));
    expect(found.map(({ path }) => path)).toEqual([
      'bookinfo:namespace',
      'bookinfo:step',
      'bookinfo:gates.bake',
      'bookinfo:gates.confidance',
      'bookinfo:metrics',
      'bookinfo:notify.webhook.url',
      'bookinfo:notify.slack',
      'bookinfo:releaseLock',
      'bookinfo:convergence.by',
      'bookinfo:convergence.timeout',
    ]);
    for (const { remedy } of found) expect(remedy.length).toBeGreaterThan(5);
  });

  it.each([
    ['proxies, which speak no language', { envoy: {} }, 'promql', /envoy cannot be asked/],
    [
      'DQL, which Prometheus does not speak',
      { prometheus: { url: 'http://p:9090' } },
      'dql',
      /in dql, which prometheus/,
    ],
    ['DQL with Guance', { guance: { url: 'https://openapi.guance.com' } }, 'dql', undefined],
  ])('refuses queries that the source cannot be asked: %s', (_, metrics, language, problem) => {
    const gates = { queries: [{ name: 'orders', query: 'q', above: 1, language }] };
    const whole = () => read({ ...base, metrics, gates });
    if (problem === undefined) expect(whole().settings.gates.custom).toHaveLength(1);
    else {
      const found = problems(whole);
      expect(found.map(({ path }) => path)).toEqual(['bookinfo:gates.queries']);
      expect(found[0]?.problem).toMatch(problem);
    }
  });

  it('refuses a secret in clear or in the wrong place, and shows neither', () => {
    const wrong = {
      ...base,
      metricsKey: 'hunter2-in-clear',
      notify: { webhook: { url: { secure: 'v1:hunter3' } } },
    };
    const found = problems(() => read(wrong));
    expect(found.map(({ path }) => path)).toEqual([
      'bookinfo:notify.webhook.url',
      'bookinfo:metricsKey',
      'bookinfo:notify',
    ]);
    expect(JSON.stringify(found)).not.toContain('hunter');
  });

  it('knows of a stored secret that it is there', () => {
    expect(read({ ...base, metricsKey: { secure: 'v1:abc' } }).secrets).toEqual(['metricsKey']);
  });

  it('takes the bake time of the command line, and what follows from it', () => {
    const gates = { bake: '10m', longest: '11m', interval: '10s' };
    expect(read({ ...base, gates }, { bake: '60s' }).settings.gates.bake).toEqual({
      durationMs: 60_000,
      longestMs: 120_000,
      intervalMs: 3_000,
    });
    expect(paths(() => read({ ...base, gates }, { bake: 'soon' }))).toEqual(['--bake']);
  });

  it('refuses a stack that takes no steps', () => {
    expect(paths(() => read({ layers: ['platform'], namespaces: ['prod'] }))).toEqual(['bookinfo:layers']);
    expect(paths(() => read({ ...base, release: [], step: undefined }))).toEqual(['bookinfo:release']);
  });
});

describe('which stack and which release', () => {
  it('finds a config file beside the project or where it is told', () => {
    writeFileSync(join(dir, 'Pulumi.prod.yaml'), '');
    writeFileSync(join(dir, 'other.yaml'), '');
    expect(findStack({ cwd: dir, stack: 'org/bookinfo/prod' }).configFile).toBe(
      join(dir, 'Pulumi.prod.yaml'),
    );
    expect(findStack({ cwd: dir, stack: 'any', configFile: 'other.yaml' }).configFile).toBe(
      join(dir, 'other.yaml'),
    );
    expect(findStack({ cwd: root, stack: 'prod' }).configFile).toBe(join(root, 'stacks/Pulumi.prod.yaml'));
  });

  it('suggests the stack that was meant', () => {
    expect(problems(() => findStack({ cwd: root, stack: 'prd' }))).toEqual([
      expect.objectContaining({ path: '--stack', remedy: 'did you mean prod?' }),
    ]);
    expect(paths(() => findStack({ cwd: dir, stack: 'a', configFile: 'b' }))).toEqual(['--config-file']);
    expect(paths(() => findStack({ cwd: join(dir, 'none'), stack: 'a' }))[0]).toMatch(/Pulumi\.yaml$/);
  });

  it('is found from any folder of the project, as the engine finds it', () => {
    mkdirSync(join(dir, 'deep/er'), { recursive: true });
    read(base);
    const place = findStack({ cwd: join(dir, 'deep/er'), stack: 'prod' });
    expect(place.projectDir).toBe(dir);
  });

  it('asks which service where several are under release', () => {
    const two = read({ ...base, release: [release, { ...release, service: 'ratings' }], step: '10' });
    expect(paths(() => releaseOf(two))).toEqual(['--service']);
    expect(paths(() => releaseOf(two, 'details'))).toEqual(['--service']);
    expect(releaseOf(two, 'ratings').service).toBe('ratings');
  });
});
