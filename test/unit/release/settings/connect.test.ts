import { bookinfo } from '../../../../components/application/pure';
import { connect, NO_SOURCE, type ReleaseStack, type Surroundings } from '../../../../release/settings';
import { resolveGateSettings, runBake } from '../../../../release/gates';
import type { Notice } from '../../../../release/notify';

const stack: ReleaseStack = {
  projectDir: '/project',
  project: 'bookinfo',
  stack: 'prod',
  configFile: '/project/Pulumi.prod.yaml',
  namespace: 'prod',
  application: bookinfo,
  releases: [],
  steps: {},
  installsIstio: false,
  installsGatewayApi: false,
  secrets: [],
  settings: {
    gates: resolveGateSettings({ bake: '10s', interval: '1s', noEvidence: { looks: 3 } }),
    notify: {},
    lock: { in: 'lease', name: 'release-prod' },
    convergence: { by: 'share', timeoutMs: 1, intervalMs: 1 },
  },
};
const around = (more: Partial<Surroundings> = {}): Surroundings => ({
  env: {},
  cluster: () => Promise.reject(new Error('there is no kubeconfig')),
  secrets: {},
  ...more,
});

const guance = (own: Partial<Surroundings>) =>
  connect(
    {
      ...stack,
      settings: { ...stack.settings, metrics: { guance: { url: 'https://openapi.example.com' } } },
    },
    'reviews',
    around(own),
  ).metrics;

describe('settings brought to life', () => {
  it('holds the bake of a stack that names no source, and says what to add', async () => {
    const source = connect(stack, 'reviews', around()).metrics();
    expect(source.name).toBe(NO_SOURCE);
    const observation = await source.begin({ service: 'reviews', versions: ['v1', 'v2'] });
    let now = 0;
    const { decision } = await runBake({
      plan: { service: 'reviews', stable: 'v1', canary: 'v2', weight: 10 },
      settings: stack.settings.gates,
      clock: { now: () => now, sleep: (ms) => Promise.resolve(void (now += ms)) },
      observe: async () => ({ look: await observation.look() }),
    });
    expect(decision.verdict).toBe('inconclusive');
    expect(decision.summary).toContain('add bookinfo:metrics');
  });

  it('needs the key of the metrics only when they are asked', () => {
    expect(guance({})).toThrow(/DF_API_KEY is not set/);
    expect(guance({ env: { DF_API_KEY: 'k'.repeat(20) } })().name).toBe('guance');
    expect(guance({ secrets: { metricsKey: 'k'.repeat(20) } })().name).toBe('guance');
    expect(guance({ secrets: { metricsKey: new Error('cannot be decrypted') } })).toThrow(
      'cannot be decrypted',
    );
  });

  it('needs the cluster only when the lock is taken', async () => {
    const { lock } = connect(stack, 'reviews', around());
    expect(lock.describe).toBe('lease release-prod in namespace prod');
    await expect(lock.read()).rejects.toThrow('there is no kubeconfig');
    const file = { ...stack.settings, lock: { in: 'file', file: 'a/b.lock' } } as const;
    expect(connect({ ...stack, settings: file }, 'reviews', around()).lock.describe).toBe(
      '/project/a/b.lock',
    );
  });

  it('tells a webhook without a secret what is missing when it is told, not before', async () => {
    const notify = { webhook: { url: 'https://hooks.example.com', secretVariable: 'HOOK' } };
    const { notifiers } = connect({ ...stack, settings: { ...stack.settings, notify } }, 'reviews', around());
    expect(notifiers.map(({ name }) => name)).toEqual(['webhook']);
    await expect(notifiers[0]!.notify({} as Notice)).rejects.toThrow(/HOOK is not set/);
  });

  it('asks the proxies that are named, for routes and for numbers', async () => {
    const admins = ['http://127.0.0.1:1'];
    const convergence = { ...stack.settings.convergence, by: 'proxies', admins } as const;
    const made = connect(
      { ...stack, settings: { ...stack.settings, convergence, metrics: { envoy: {} } } },
      'reviews',
      around(),
    );
    expect(await made.proxies?.()).toEqual(admins);
    expect(made.metrics().name).toBe('envoy');
    expect(made.convergence).not.toHaveProperty('admins');
    expect(connect(stack, 'reviews', around()).proxies).toBeUndefined();
  });
});
