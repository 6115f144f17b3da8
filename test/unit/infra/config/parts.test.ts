import { problemsOf, read, token } from '../support';

const platform = { layers: ['platform'], namespaces: ['shop'] };
const application = { layers: ['application'], namespace: 'shop' };
const release = {
  layers: ['release'],
  namespace: 'shop',
  release: { service: 'reviews', stable: { version: 'v1' }, canary: { version: 'v2' }, steps: [0, 100] },
  step: 'baseline',
};
const rum = { applicationId: 'shop', datakitOrigin: 'https://rum.example.com' };
const withToken = { secrets: ['datakitToken'] as const };

/** One key: a stack that reads it, a good value, and bad ones with all that is said about them. */
interface Key {
  readonly home: Readonly<Record<string, unknown>>;
  readonly good: unknown;
  readonly bad: readonly (readonly [value: unknown, path: string, problem: string, remedy: string])[];
  /** A stack that does not read it, and the layers that would. */
  readonly away: Readonly<Record<string, unknown>>;
  readonly readBy: string;
}

const wayProblem = 'is "annotations", which is unknown';
const keys: Readonly<Record<string, Key>> = {
  outsideNamespaces: {
    home: platform,
    good: ['shop-edge'],
    bad: [
      [
        ['Edge'],
        'outsideNamespaces[0]',
        'is "Edge", not a DNS label',
        'use lower-case letters a-z, digits and hyphens only, such as edge',
      ],
      [['a', 'a'], 'outsideNamespaces', 'names a twice', 'remove the second a'],
      ['a', 'outsideNamespaces', 'is the text "a", not a list', 'write a list, such as [prod-edge]'],
      [
        ['shop'],
        'outsideNamespaces[0]',
        'is shop, which bookinfo:namespaces lists too',
        'remove shop from one of the two: it is in the mesh or outside of it',
      ],
    ],
    away: application,
    readBy: 'platform',
  },
  istio: {
    home: platform,
    good: { version: '1.31.1', gateway: { serviceType: 'NodePort' }, tracing: { sampling: 5 } },
    bad: [
      [
        { version: '1.31' },
        'istio.version',
        'is "1.31", not a version of Istio',
        'write all three numbers, such as 1.31.1',
      ],
      [{ trcing: {} }, 'istio.trcing', 'is not a known key', 'did you mean tracing?'],
      [
        { tracing: { sampling: 101 } },
        'istio.tracing.sampling',
        'is 101, not a number of 0 to 100',
        'write a number of 0 to 100',
      ],
      ['true', 'istio', 'is the text "true", not a map', 'write a map of keys and values'],
    ],
    away: application,
    readBy: 'platform',
  },
  security: {
    home: application,
    good: { nodeCidrs: ['10.0.0.0/16'] },
    bad: [
      [{ mtls: 'strict' }, 'security.mtls', 'is "strict", which is unknown', 'did you mean STRICT?'],
      [
        { mtls: 'PERMISSIVE' },
        'security.mtls',
        'is PERMISSIVE, but authorization is on and refuses every caller without a certificate',
        'set authorization: false until every caller has its sidecar, or mtls: STRICT',
      ],
      [
        { extraCallers: [{ service: 'rating', namespace: 'a', account: 'b' }] },
        'security.extraCallers[0].service',
        'is "rating", no service of the application',
        'did you mean ratings?',
      ],
    ],
    away: release,
    readBy: 'application',
  },
  edge: {
    home: application,
    good: { rum },
    bad: [
      [
        {},
        'edge.rum',
        'is missing',
        'add rum, such as { applicationId: bookinfo, datakitOrigin: "https://rum.example.com" }',
      ],
      [
        { rum: { applicationId: 'shop' } },
        'edge.rum',
        'does not say where data go',
        'add datakitOrigin, such as https://rum.example.com, or site and clientToken',
      ],
    ],
    away: release,
    readBy: 'application',
  },
  loadtest: {
    home: application,
    good: {},
    bad: [
      [
        { duration: '2h' },
        'loadtest.duration',
        'is "2h", not a duration',
        'write minutes and seconds, such as 60s or 1m30s',
      ],
      [
        { concurrency: 0 },
        'loadtest.concurrency',
        'is 0, not a whole number of 1 to 1000',
        'write a whole number of 1 to 1000',
      ],
    ],
    away: release,
    readBy: 'application',
  },
  edgeNamespace: {
    home: { ...application, edge: { rum } },
    good: 'front',
    bad: [
      [
        'Front',
        'edgeNamespace',
        'is "Front", not a DNS label',
        'use lower-case letters a-z, digits and hyphens only, such as front',
      ],
      [
        'shop',
        'edgeNamespace',
        'is shop, the namespace of the application, which is in the mesh',
        'name another one, or leave the key out',
      ],
    ],
    away: release,
    readBy: 'application',
  },
  sidecarScraping: {
    home: application,
    good: 'kubernetesprometheus',
    bad: [
      ['annotations', 'sidecarScraping', wayProblem, 'did you mean annotation?'],
      [
        'prometheus',
        'sidecarScraping',
        'is "prometheus", which is unknown',
        'write one of annotation, kubernetesprometheus, none',
      ],
    ],
    away: platform,
    readBy: 'release or application',
  },
};

describe.each(Object.entries(keys))('%s', (key, { home, good, bad, away, readBy }) => {
  it('is taken as it is written', () => {
    expect(read({ ...home, [key]: good })).toHaveProperty(key, good);
  });

  it.each(bad)('is refused as %j', (value, path, problem, remedy) => {
    expect(problemsOf(() => read({ ...home, [key]: value }))).toEqual([
      { path: `bookinfo:${path}`, problem, remedy },
    ]);
  });

  it('is refused where no layer reads it', () => {
    expect(problemsOf(() => read({ ...away, [key]: good }))).toEqual([
      {
        path: `bookinfo:${key}`,
        problem: 'is set, but no layer of this stack reads it',
        remedy: `remove it, or add ${readBy} to bookinfo:layers`,
      },
    ]);
  });
});

describe('datakit and its token', () => {
  const datakit = { clusterName: 'shop' };
  const missing = {
    path: 'bookinfo:datakitToken',
    problem: 'is missing, and bookinfo:datakit needs it',
    remedy:
      'copy the token of the workspace and set it with pulumi config set --secret bookinfo:datakitToken',
  };

  it('are taken together', () => {
    expect(read({ ...platform, datakit }, withToken).datakit).toEqual(datakit);
  });

  it('are refused one without the other', () => {
    expect(problemsOf(() => read({ ...platform, datakit }))).toEqual([missing]);
    expect(problemsOf(() => read(platform, withToken))).toEqual([
      {
        path: 'bookinfo:datakitToken',
        problem: 'is set without bookinfo:datakit',
        remedy: 'remove it, or add bookinfo:datakit',
      },
    ]);
  });

  it('are refused on a layer that does not read them', () => {
    const unread = {
      problem: 'is set, but no layer of this stack reads it',
      remedy: 'remove it, or add platform to bookinfo:layers',
    };
    expect(problemsOf(() => read({ ...application, datakit }, withToken))).toEqual([
      { path: 'bookinfo:datakit', ...unread },
      { path: 'bookinfo:datakitToken', ...unread },
    ]);
  });

  it.each([
    [{}, 'datakit.clusterName', 'is missing', 'add clusterName, such as shop'],
    [
      { clusterName: 'shop', clustername: 'x' },
      'datakit.clustername',
      'is not a known key',
      'did you mean clusterName?',
    ],
    [
      { clusterName: 'shop', datawayUrl: `https://openway.guance.com?token=${token}` },
      'datakit.datawayUrl',
      'has a query',
      'write the address alone; the token is given as a secret',
    ],
    [
      { clusterName: 'shop', collectors: { zipkn: {} } },
      'datakit.collectors.zipkn',
      'is not a known collector',
      'did you mean zipkin?',
    ],
    ['on', 'datakit', 'is the text "on", not a map', 'write a map of keys and values'],
  ])('is refused as %j', (value, path, problem, remedy) => {
    expect(problemsOf(() => read({ ...platform, datakit: value }, withToken))).toEqual([
      { path: `bookinfo:${path}`, problem, remedy },
    ]);
  });

  it('are not settings: the token never becomes one', () => {
    expect(JSON.stringify(read({ ...platform, datakit }, withToken))).not.toContain('datakitToken');
  });
});

describe('a load test in production', () => {
  const refusal = (environment: string) => [
    {
      path: 'bookinfo:loadtest',
      problem: `would put load on ${environment}`,
      remedy: 'remove it from this stack, or set allowProduction: true where that is meant',
    },
  ];
  const problems = (loadtest: object, stack: string, environment?: string) =>
    problemsOf(() =>
      read({ ...application, loadtest, ...(environment === undefined ? {} : { environment }) }, { stack }),
    );

  it('is refused by the name of the environment, which by itself is that of the stack', () => {
    expect(problems({}, 'prod')).toEqual(refusal('prod'));
    expect(problems({}, 'eu', 'production')).toEqual(refusal('production'));
    expect(problems({ allowProduction: false }, 'prod')).toEqual(refusal('prod'));
  });

  it('is taken where it is said that this is meant, and elsewhere without a word', () => {
    expect(problems({ allowProduction: true }, 'prod')).toEqual([]);
    expect(problems({}, 'test')).toEqual([]);
    expect(problems({}, 'prod', 'staging')).toEqual([]);
  });
});

describe("the folder of Istio's charts", () => {
  const NAME = 'INFRA_TEST_CHARTS';
  afterEach(() => {
    delete process.env[NAME];
  });
  const charts = (folder: string) => read({ ...platform, istio: { charts: folder } }).istio?.charts;

  it('is taken as written, or from the variable it names', () => {
    process.env[NAME] = '/opt/charts';
    expect(charts('./charts')).toBe('./charts');
    expect(charts(`$${NAME}`)).toBe('/opt/charts');
    expect(charts(`$${NAME}/base`)).toBe(`$${NAME}/base`);
  });

  it.each([undefined, ''])('is refused where the variable is %j', (value) => {
    if (value !== undefined) process.env[NAME] = value;
    expect(problemsOf(() => charts(`$${NAME}`))).toEqual([
      {
        path: 'bookinfo:istio.charts',
        problem: `is $${NAME}, and the environment has no ${NAME}`,
        remedy: `set ${NAME} to the folder of Istio's charts; a rehearsal's "up" prints a line that does`,
      },
    ]);
  });
});

describe('several parts at once', () => {
  it('are all told about', () => {
    const found = problemsOf(() =>
      read(
        {
          layers: ['platform', 'application'],
          namespaces: ['shop'],
          outsideNamespaces: ['shop'],
          namespace: 'shop',
          edgeNamespace: 'Front',
          istio: { version: '1' },
          datakit: {},
          security: { mtls: 'off' },
          edge: {},
          loadtest: { run: 0 },
          sidecarScraping: 'x',
        },
        { stack: 'prod' },
      ),
    );
    expect(found.map(({ path }) => path.replace('bookinfo:', '')).sort()).toEqual([
      'datakit.clusterName',
      'datakitToken',
      'edge.rum',
      'edgeNamespace',
      'istio.version',
      'loadtest',
      'loadtest.run',
      'outsideNamespaces[0]',
      'security.mtls',
      'sidecarScraping',
    ]);
  });
});
