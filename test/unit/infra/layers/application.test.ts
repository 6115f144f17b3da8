import { applicationParts, nameOf, objectNames, release, runProgram, type Request } from '../support';

const config = { layers: ['application'], namespace: 'prod' };
const { edge, loadtest } = applicationParts;

const inNamespace = (requests: readonly Request[], name: string) =>
  requests
    .filter(({ type, inputs }) => {
      const { namespace } = (inputs['metadata'] ?? {}) as { namespace?: string };
      return type.startsWith('kubernetes:') && namespace === name;
    })
    .map(nameOf)
    .sort();

const edgeObjects = [
  'ConfigMap edge',
  'Deployment edge',
  'NetworkPolicy edge',
  'PodDisruptionBudget edge',
  'Service edge',
];
const loadTestObjects = ['ConfigMap loadtest', 'Job loadtest', 'NetworkPolicy loadtest'];
/** The Job's name ends with a checksum of its settings. */
const withoutChecksum = (names: readonly string[]) =>
  names.map((name) => name.replace(/^(Job loadtest)-[0-9a-f]{8}$/, '$1'));

describe('mesh security', () => {
  it('is on without being asked for', async () => {
    const { requests } = await runProgram(config);
    expect(objectNames(requests)).toEqual(
      expect.arrayContaining([
        'PeerAuthentication default',
        'AuthorizationPolicy allow-nothing',
        'NetworkPolicy default-deny',
      ]),
    );
    const strict = requests.find(
      ({ name, type }) => type.endsWith(':PeerAuthentication') && name === 'default',
    );
    expect(strict?.inputs['spec']).toEqual({ mtls: { mode: 'STRICT' } });
  });

  it('does as its settings say', async () => {
    const security = { mtls: 'PERMISSIVE', authorization: false, networkPolicies: false };
    const { requests } = await runProgram({ ...config, security });
    const names = objectNames(requests);
    expect(names.filter((name) => /Policy|PeerAuthentication/.test(name))).toEqual([
      'PeerAuthentication default',
    ]);
  });

  it('belongs to the application and not to its release', async () => {
    const { requests } = await runProgram({
      layers: ['release'],
      namespace: 'prod',
      release,
      step: 'baseline',
    });
    expect(objectNames(requests)).toEqual([
      'Deployment reviews-v1',
      'DestinationRule reviews',
      'VirtualService reviews',
    ]);
  });
});

describe('edge and load test', () => {
  it('are off by default', async () => {
    const { requests, outputs } = await runProgram(config);
    expect(requests.filter(({ type }) => /:(Edge|LoadTest)$/.test(type))).toEqual([]);
    expect(inNamespace(requests, 'prod-edge')).toEqual([]);
    expect(Object.keys(outputs)).toEqual(['productpageUrl']);
  });

  it('stand in the namespace beside the application, each without the other', async () => {
    const withEdge = await runProgram({ ...config, edge });
    expect(inNamespace(withEdge.requests, 'prod-edge')).toEqual(edgeObjects);
    expect(Object.keys(withEdge.outputs).sort()).toEqual(['edgeUrl', 'productpageUrl']);
    const withTest = await runProgram({ ...config, loadtest });
    expect(withoutChecksum(inNamespace(withTest.requests, 'prod-edge'))).toEqual(loadTestObjects);
    expect(Object.keys(withTest.outputs)).toEqual(['productpageUrl']);
  });

  it('stand where the config says', async () => {
    const { requests } = await runProgram({ ...config, edge, loadtest, edgeNamespace: 'front' });
    expect(withoutChecksum(inNamespace(requests, 'front'))).toEqual(
      [...edgeObjects, ...loadTestObjects].sort(),
    );
    expect(inNamespace(requests, 'prod-edge')).toEqual([]);
    expect(inNamespace(requests, 'prod').filter((name) => /edge|loadtest/.test(name))).toEqual([]);
  });

  it('tells browsers the environment and the version that the spans tell', async () => {
    const { requests: all } = await runProgram({ ...config, environment: 'staging', edge });
    const requests = all.filter(({ type }) => type.startsWith('kubernetes:'));
    const text = (kind: string, name: string) =>
      JSON.stringify(requests.find((request) => nameOf(request) === `${kind} ${name}`)?.inputs).replaceAll(
        '\\',
        '',
      );
    expect(text('ConfigMap', 'edge')).toMatch(/"env":\s*"staging"/);
    expect(text('ConfigMap', 'edge')).toMatch(/"version":\s*"v1"/);
    expect(text('Deployment', 'productpage-v1')).toMatch(/"env":\s*"staging"/);
    expect(text('Deployment', 'productpage-v1')).toMatch(/"version":\s*"v1"/);
  });
});

describe('how sidecars are scraped', () => {
  const annotated = async (values: Readonly<Record<string, unknown>>) => {
    const { requests } = await runProgram(values);
    const deployments = requests.filter(({ type }) => type === 'kubernetes:apps/v1:Deployment');
    expect(deployments.length).toBeGreaterThan(0);
    return deployments
      .filter(({ inputs }) => JSON.stringify(inputs).includes('datakit/prom.instances'))
      .map(({ name }) => name)
      .sort();
  };
  const whole = { layers: ['application', 'release'], namespace: 'prod', release, step: 'baseline' };
  const alone = { ...whole, layers: ['release'] };

  it.each([
    ['a whole application', whole, ['details-v1', 'productpage-v1', 'ratings-v1', 'reviews-v1']],
    ['a release of its own stack', alone, ['reviews-v1']],
  ])('is the same for every pod of %s', async (_name, values, all) => {
    expect(await annotated(values)).toEqual(all);
    expect(await annotated({ ...values, sidecarScraping: 'annotation' })).toEqual(all);
    expect(await annotated({ ...values, sidecarScraping: 'kubernetesprometheus' })).toEqual([]);
  });
});
