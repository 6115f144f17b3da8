import {
  istioProblems,
  namespaceLabels,
  resolveIstioSettings,
  type IstioSettings,
} from '../../../../components/istio/pure';
import { problemsOf } from './support';

const webhooks = { injectionUrl: 'https://127.0.0.2:15017/inject', validationUrl: 'https://127.0.0.2/v' };

describe('settings', () => {
  it('need nothing to be said', () => {
    const resolved = resolveIstioSettings({});
    expect(resolved).toEqual({
      version: '1.31.1',
      hub: 'docker.io/istio',
      charts: undefined,
      repository: 'https://istio-release.storage.googleapis.com/charts',
      revisions: [{ name: 'default', version: '1.31.1', charts: undefined, webhooks: undefined, tags: [] }],
      active: { name: 'default', version: '1.31.1', charts: undefined, webhooks: undefined, tags: [] },
      tag: undefined,
      istiod: { replicas: 1, resources: {} },
      sidecar: { resources: {}, holdApplication: true },
      cni: {},
      gateway: {
        serviceType: 'LoadBalancer',
        httpNodePort: undefined,
        externalTrafficPolicy: undefined,
        serviceAnnotations: {},
        replicas: 1,
        resources: {},
      },
      egressGateway: undefined,
      tracingAddress: { host: 'datakit-service.datakit.svc.cluster.local', port: 9529 },
      tracing: { sampling: 100, provider: 'datakit', tags: {} },
      legacyZipkin: false,
      accessLog: true,
      autoMtls: true,
      metrics: true,
      discovery: 'mesh',
      discoveredNamespaces: [],
    });
  });

  it('leave parts out by false', () => {
    const settings: IstioSettings = { cni: false, gateway: false, egressGateway: false };
    expect(istioProblems(settings, 'istio')).toEqual([]);
    const resolved = resolveIstioSettings({ ...settings, tracing: { enabled: false } });
    expect(resolved.cni).toBeUndefined();
    expect(resolved.gateway).toBeUndefined();
    expect(resolved.egressGateway).toBeUndefined();
    expect(resolved.tracing).toBeUndefined();
  });

  it('give a revision what the whole installation has, unless it has its own', () => {
    const { revisions, active, tag } = resolveIstioSettings({
      version: '1.31.1',
      charts: '/charts',
      webhooks,
      revisions: {
        '1-30-2': {
          version: '1.30.2',
          charts: '/old',
          webhooks: { ...webhooks, injectionUrl: 'https://old/inject' },
        },
        '1-31-1': {},
      },
      tag: { revision: '1-30-2' },
    });
    expect(revisions).toEqual([
      {
        name: '1-30-2',
        version: '1.30.2',
        charts: '/old',
        webhooks: { ...webhooks, injectionUrl: 'https://old/inject' },
        tags: ['stable'],
      },
      { name: '1-31-1', version: '1.31.1', charts: '/charts', webhooks, tags: [] },
    ]);
    expect(active.name).toBe('1-30-2');
    expect(tag).toBe('stable');
  });

  it.each<[string, unknown, readonly string[]]>([
    ['a text', 'istio', ['istio is the text "istio", not a map']],
    ['an unknown key', { sampling: 1 }, ['istio.sampling is not a known key']],
    [
      'an unknown key of a gateway',
      { gateway: { type: 'NodePort' } },
      ['istio.gateway.type is not a known key'],
    ],
    ['a part that is on by true', { gateway: true }, ['istio.gateway is true, not a map']],
    ['a short version', { version: '1.31' }, ['istio.version is "1.31", not a version of Istio']],
    [
      'a version with a letter',
      { version: 'v1.31.1' },
      ['istio.version is "v1.31.1", not a version of Istio'],
    ],
    [
      'a hub with a scheme',
      { hub: 'https://a/b' },
      ['istio.hub is "https://a/b", not a registry and folder'],
    ],
    ['a hub with a slash', { hub: 'a/b/' }, ['istio.hub is "a/b/", not a registry and folder']],
    ['no folder', { charts: ' ' }, ['istio.charts is empty']],
    [
      'a repository by http',
      { repository: 'http://a/charts' },
      ['istio.repository is "http://a/charts", not the address of a chart repository'],
    ],
    [
      'a repository with a password',
      { repository: 'https://me:pw@a/' },
      ['istio.repository holds credentials'],
    ],
    ['no revisions', { revisions: {} }, ['istio.revisions is empty']],
    [
      'a revision with dots',
      { revisions: { '1.31': {} } },
      ['istio.revisions["1.31"] has a name that is "1.31", not a DNS label'],
    ],
    [
      'a long revision',
      { revisions: { ['r'.repeat(44)]: {} } },
      [`istio.revisions.${'r'.repeat(44)} has a name that has 44 characters, more than 43`],
    ],
    [
      'an unknown key of a revision',
      { revisions: { a: { tag: 'x' } } },
      ['istio.revisions.a.tag is not a known key'],
    ],
    [
      'two revisions without a tag',
      { revisions: { a: {}, b: {} } },
      ['istio.tag is missing, though there are 2 revisions'],
    ],
    [
      'a tag that points nowhere',
      { revisions: { a: {} }, tag: { revision: 'b' } },
      ['istio.tag.revision is "b", which is none of the revisions'],
    ],
    [
      'a tag by the name of a revision',
      { revisions: { a: {} }, tag: { name: 'a', revision: 'a' } },
      ['istio.tag.name is a, which is the name of a revision'],
    ],
    [
      'a tag by the name of the control plane without one',
      { revisions: { a: {} }, tag: { name: 'default', revision: 'a' } },
      ['istio.tag.name is default, which is the name of a revision'],
    ],
    [
      'a tag that is no label',
      { tag: { name: 'A', revision: 'default' } },
      ['istio.tag.name is "A", not a DNS label'],
    ],
    ['a tag without a revision', { tag: {} }, ['istio.tag.revision is missing']],
    [
      'a tag that is a text',
      { revisions: { a: {}, b: {} }, tag: 'a' },
      ['istio.tag is the text "a", not a map'],
    ],
    ['no pods', { istiod: { replicas: 0 } }, ['istio.istiod.replicas is 0, not a whole number of 1 to 100']],
    [
      'half a limit',
      { gateway: { replicas: { min: 2 } } },
      ['istio.gateway.replicas is neither a number of pods nor two limits'],
    ],
    [
      'limits the wrong way round',
      { gateway: { replicas: { min: 3, max: 2 } } },
      ['istio.gateway.replicas has max 2, not more than min, 3'],
    ],
    [
      'a limit that is no number of pods',
      { gateway: { replicas: { min: 1.5, max: 2 } } },
      ['istio.gateway.replicas has a limit that is 1.5, not a whole number of 1 to 100'],
    ],
    [
      'a quantity in words',
      { sidecar: { resources: { requests: { cpu: 'half' } } } },
      ['istio.sidecar.resources.requests.cpu is "half", not a quantity'],
    ],
    [
      'a relative folder of a node',
      { cni: { binDir: 'opt' } },
      ['istio.cni.binDir is "opt", not an absolute path'],
    ],
    [
      'a type of Service that there is not',
      { gateway: { serviceType: 'ExternalName' } },
      ['istio.gateway.serviceType is "ExternalName", not one of LoadBalancer, NodePort, ClusterIP'],
    ],
    [
      'a port that no node gives out',
      { gateway: { httpNodePort: 80 } },
      ['istio.gateway.httpNodePort is 80, not a whole number of 30000 to 32767'],
    ],
    [
      'settings of a Service that is not reached from outside',
      { gateway: { serviceType: 'ClusterIP', httpNodePort: 32156, externalTrafficPolicy: 'Local' } },
      [
        'istio.gateway.httpNodePort is no setting of a ClusterIP Service',
        'istio.gateway.externalTrafficPolicy is no setting of a ClusterIP Service',
      ],
    ],
    [
      'the same of a way out, which is a ClusterIP by itself',
      { egressGateway: { httpNodePort: 32156 } },
      ['istio.egressGateway.httpNodePort is no setting of a ClusterIP Service'],
    ],
    [
      'too much sampling',
      { tracing: { sampling: 101 } },
      ['istio.tracing.sampling is 101, not a number of 0 to 100'],
    ],
    [
      'an address without a port',
      { tracing: { address: 'a.b.svc' } },
      ['istio.tracing.address is "a.b.svc", not a host and a port'],
    ],
    [
      'an address with a port too many',
      { tracing: { address: 'a.b.svc:70000' } },
      ['istio.tracing.address is "a.b.svc:70000", not a host and a port'],
    ],
    [
      'an address that holds in one namespace',
      { tracing: { address: 'zipkin.istio-system:9411' } },
      ['istio.tracing.address is "zipkin.istio-system:9411", a name that holds in one namespace only'],
    ],
    [
      'the alias as an address',
      { legacyZipkin: true, tracing: { address: 'zipkin.istio-system.svc.cluster.local:9411' } },
      [
        'istio.tracing.address is the alias that legacyZipkin makes: current Istio sends proxies no cluster for an alias',
      ],
    ],
    [
      'a version for the whole mesh',
      { tracing: { tags: { version: 'v1' } } },
      ["istio.tracing.tags.version is told by each pod's own annotation, not by the mesh"],
    ],
    [
      'a tag with a space',
      { tracing: { tags: { 'a b': 'x' } } },
      ['istio.tracing.tags["a b"] is not a name for a tag'],
    ],
    ['a tag that says nothing', { tracing: { tags: { env: ' ' } } }, ['istio.tracing.tags.env is empty']],
    [
      'a provider by no name',
      { tracing: { provider: '1a' } },
      ['istio.tracing.provider is "1a", which begins with a digit'],
    ],
    [
      'a webhook by http',
      { webhooks: { ...webhooks, injectionUrl: 'http://a/inject' } },
      ['istio.webhooks.injectionUrl is "http://a/inject", not a webhook address the API server accepts'],
    ],
    [
      'one webhook of two',
      { webhooks: { injectionUrl: 'https://a/inject' } },
      ['istio.webhooks.validationUrl is missing'],
    ],
    [
      'another sort of discovery',
      { discovery: 'all' },
      ['istio.discovery is "all", not one of mesh, cluster'],
    ],
    [
      'namespaces where all are looked at',
      { discovery: 'cluster', discoveredNamespaces: ['a'] },
      [
        'istio.discoveredNamespaces names namespaces for istiod to look at, though discovery is cluster: all of them',
      ],
    ],
    [
      'several things at once',
      { version: '1', tracing: { sampling: -1 }, revisions: { a: {}, b: {} }, metrics: 'yes' },
      [
        'istio.version is "1", not a version of Istio',
        'istio.tracing.sampling is -1, not a number of 0 to 100',
        'istio.metrics is "yes", not true or false',
        'istio.tag is missing, though there are 2 revisions',
      ],
    ],
  ])('refuse %s', (_name, raw, expected) => {
    const problems = istioProblems(raw, 'istio');
    expect(problems.map(({ path, problem }) => `${path} ${problem}`)).toEqual(expected);
    for (const { remedy } of problems) {
      expect(remedy).not.toBe('');
      expect(remedy).not.toMatch(/, $| $/);
    }
    expect(JSON.stringify(problems)).not.toContain('pw');
    expect(problemsOf(() => resolveIstioSettings(raw as IstioSettings))).toEqual(expected);
  });

  it('suggest the key that was meant', () => {
    const [problem] = istioProblems({ gateway: { servicetype: 'NodePort' } }, 'bookinfo:istio');
    expect(problem).toMatchObject({
      path: 'bookinfo:istio.gateway.servicetype',
      remedy: 'did you mean serviceType?',
    });
  });

  it('do not compile with unknown keys', () => {
    // @ts-expect-error: a chart's own spelling is not ours.
    const a: IstioSettings = { revisionTags: ['stable'] };
    // @ts-expect-error: there is no bag of values.
    const b: IstioSettings = { values: {} };
    // @ts-expect-error: both webhooks or none.
    const c: IstioSettings = { webhooks: { injectionUrl: 'https://a/inject' } };
    // @ts-expect-error: on by default, and off by false.
    const d: IstioSettings = { gateway: true };
    expect([a, b, c, d].map((settings) => istioProblems(settings, 'istio').length)).toEqual([1, 1, 1, 1]);
  });
});

describe('labels of a namespace', () => {
  it.each<[string, IstioSettings, Record<string, string>]>([
    ['the one control plane', {}, { 'istio-injection': 'enabled' }],
    ['a revision', { revisions: { a: {} } }, { 'istio.io/rev': 'a' }],
    ['a tag', { revisions: { a: {}, b: {} }, tag: { revision: 'b' } }, { 'istio.io/rev': 'stable' }],
    [
      'a tag at the one control plane',
      { tag: { name: 'prod', revision: 'default' } },
      { 'istio.io/rev': 'prod' },
    ],
  ])('name %s', (_name, settings, expected) => {
    expect(namespaceLabels(settings)).toEqual(expected);
  });

  it('stay when the tag moves', () => {
    const at = (revision: string) => namespaceLabels({ revisions: { a: {}, b: {} }, tag: { revision } });
    expect(at('a')).toEqual(at('b'));
  });
});
