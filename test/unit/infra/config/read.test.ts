import { readSettings } from '../../../../infra/config';
import { ProblemsError } from '../../../../components/validation';

const release = {
  service: 'reviews',
  stable: { version: 'v1' },
  canary: { version: 'v2' },
  steps: [0, 10, 25, 50, 100],
};
const good = { layers: ['application', 'release'], namespace: 'prod', release, step: 'baseline' };

const read = (values: Record<string, unknown>) => readSettings({ values, problems: [] }, 'prod');

function refusal(values: Record<string, unknown>): string[] {
  try {
    read(values);
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    for (const { remedy } of error.problems) expect(remedy).not.toBe('');
    return error.problems.map(({ path, problem }) => `${path} ${problem}`);
  }
  return [];
}

describe('readSettings', () => {
  it('fills in every default', () => {
    const settings = read(good);
    expect(settings).toMatchObject({
      layers: ['application', 'release'],
      namespaces: [],
      namespace: 'prod',
      project: 'bookinfo',
      environment: 'prod',
      hosts: ['*'],
      entryUrl: 'http://istio-ingressgateway.istio-system.svc.cluster.local/productpage',
      steps: { reviews: 'baseline' },
      override: undefined,
      routePolicies: {},
    });
    expect(settings.imageOf('details', 'v1')).toBe('docker.io/istio/examples-bookinfo-details-v1:1.20.3');
  });

  it('fills in what a release leaves to the application', () => {
    const [filled] = read({
      ...good,
      imageTag: '1.16.2',
      images: { 'reviews-v2': 'registry.example.com/reviews:2' },
      replicas: { reviews: 3 },
      release: { ...release, stable: { version: 'v1', replicas: 2 } },
    }).releases;
    expect(filled?.stable).toEqual({
      version: 'v1',
      image: 'docker.io/istio/examples-bookinfo-reviews-v1:1.16.2',
      replicas: 2,
    });
    expect(filled?.canary).toEqual({
      version: 'v2',
      image: 'registry.example.com/reviews:2',
      replicas: 3,
    });
  });

  it('takes an image by digest, a host, an override and route policies', () => {
    const digest = `registry.example.com/page@sha256:${'a'.repeat(64)}`;
    const settings = read({
      ...good,
      hosts: ['*', 'bookinfo.example.com'],
      images: { 'productpage-v1': digest },
      override: { from: 'none', to: 50, reason: 'moved from another cluster' },
      routePolicies: { ratings: { drills: [{ delay: { fixedDelay: '7s', percent: 100 } }] } },
    });
    expect(settings.imageOf('productpage', 'v1')).toBe(digest);
    expect(settings.entryUrl).toBe('http://bookinfo.example.com/productpage');
    expect(settings.override).toEqual({ from: 'none', to: '50', reason: 'moved from another cluster' });
    expect(Object.keys(settings.routePolicies)).toEqual(['ratings']);
  });

  it('reads an application without a release', () => {
    expect(read({ layers: ['application'], namespace: 'a' })).toMatchObject({ releases: [], steps: {} });
  });

  it('lets a version the application does not have run from an image that is named', () => {
    const canary = { version: 'v4', image: 'registry.example.com/reviews:4' };
    expect(read({ ...good, release: { ...release, canary } }).releases[0]?.canary.image).toBe(canary.image);
  });

  const cases: readonly (readonly [string, Record<string, unknown>, readonly string[]])[] = [
    ['no layers', { ...good, layers: undefined }, ['bookinfo:layers is missing']],
    ['an empty list of layers', { ...good, layers: [] }, ['bookinfo:layers is empty']],
    [
      'layers as a text',
      { ...good, layers: 'application' },
      ['bookinfo:layers is the text "application", not a list'],
    ],
    [
      'a misspelt layer',
      { ...good, layers: ['application', 'relase'], release: undefined, step: undefined },
      ['bookinfo:layers[1] is "relase", which is unknown'],
    ],
    ['a layer twice', { ...good, layers: ['release', 'release'] }, ['bookinfo:layers names release twice']],
    ['an unknown key', { ...good, nmespace: 'x' }, ['bookinfo:nmespace is not a known key']],
    [
      'no namespace',
      { ...good, namespace: undefined },
      ['bookinfo:namespace is missing, and layer application needs it'],
    ],
    [
      'a namespace in upper case',
      { ...good, namespace: 'Prod' },
      ['bookinfo:namespace is "Prod", not a DNS label'],
    ],
    [
      'a namespace of 64 characters',
      { ...good, namespace: 'n'.repeat(64) },
      ['bookinfo:namespace has 64 characters, more than 63'],
    ],
    [
      'no namespaces for the platform',
      { layers: ['platform'] },
      ['bookinfo:namespaces is missing, and layer platform needs it'],
    ],
    [
      'a namespace twice',
      { layers: ['platform'], namespaces: ['a', 'a'] },
      ['bookinfo:namespaces names a twice'],
    ],
    [
      'a release in a stack that has no such layer',
      { layers: ['platform'], namespaces: ['a'], release },
      ['bookinfo:release is set, but no layer of this stack reads it'],
    ],
    [
      'a step without the release layer',
      { layers: ['application'], namespace: 'a', step: '10' },
      ['bookinfo:step is set, but no layer of this stack reads it'],
    ],
    [
      'a namespace that the same stack does not make',
      { ...good, layers: ['platform', 'application', 'release'], namespaces: ['test'] },
      ['bookinfo:namespace is prod, which bookinfo:namespaces does not list'],
    ],
    ['no release', { ...good, release: undefined, step: undefined }, ['bookinfo:release is missing']],
    ['no step', { ...good, step: undefined }, ['bookinfo:step is missing']],
    ['an unknown step', { ...good, step: '11' }, ['bookinfo:step is "11", which is not a step of reviews']],
    ['a tag with a space', { ...good, imageTag: '1 2' }, ['bookinfo:imageTag is "1 2", not an image tag']],
    [
      'an image without a tag',
      { ...good, images: { 'details-v1': 'registry.example.com/details' } },
      ['bookinfo:images.details-v1 has neither a tag nor a digest'],
    ],
    [
      'an image of no Deployment',
      { ...good, images: { detials: 'a:1' } },
      ['bookinfo:images has an entry for detials, which is no Deployment'],
    ],
    [
      'half a pod',
      { ...good, replicas: { details: 1.5 } },
      ['bookinfo:replicas.details is 1.5, not a whole number of 1 to 1000'],
    ],
    [
      'pods in quotes',
      { ...good, replicas: { details: '2' } },
      ['bookinfo:replicas.details is the text "2", not a number'],
    ],
    [
      'pods of an unknown service',
      { ...good, replicas: { detail: 1 } },
      ['bookinfo:replicas has an entry for detail, which is no service'],
    ],
    [
      'a host with a scheme',
      { ...good, hosts: ['http://a.example.com'] },
      ['bookinfo:hosts[0] is "http://a.example.com", not a host name'],
    ],
    ['no host', { ...good, hosts: [] }, ['bookinfo:hosts is empty']],
    [
      'a release of an unknown service',
      { ...good, release: { ...release, service: 'review' } },
      ['bookinfo:release.service is for review, which is no service of bookinfo'],
    ],
    [
      'a version there is no image of',
      { ...good, release: [{ ...release, canary: { version: 'v4' } }] },
      ['bookinfo:release[0].canary.version is v4, which bookinfo has no image of (it has v1, v2, v3)'],
    ],
    [
      'a route policy of an unknown service',
      { ...good, routePolicies: { rating: { timeout: '1s' } } },
      ['bookinfo:routePolicies.rating is for rating, which is no service of bookinfo'],
    ],
    [
      'a time-out that its caller does not wait for',
      { ...good, routePolicies: { details: { timeout: '10s' } } },
      [
        'bookinfo:routePolicies.details.timeout lets a call from productpage to details take 10s, but productpage gives up after 3s',
      ],
    ],
    [
      'an override without a reason',
      { ...good, override: { from: '0', to: '50' } },
      ['bookinfo:override.reason is missing'],
    ],
  ];

  it.each(cases)('refuses %s', (_name, values, expected) => {
    expect(refusal(values)).toEqual(expected);
  });

  it('says everything at once', () => {
    const found = refusal({
      ...good,
      namespace: 'Ü',
      imageTag: '',
      typo: 1,
      release: { ...release, steps: [0, 101] },
      step: 'basline',
      replicas: { reviews: 0 },
    });
    expect(found.map((line) => line.split(' ')[0]).sort()).toEqual([
      'bookinfo:imageTag',
      'bookinfo:namespace',
      'bookinfo:release.steps[1]',
      'bookinfo:replicas.reviews',
      'bookinfo:typo',
    ]);
  });
});
