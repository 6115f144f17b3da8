import { planStep, type Release, type Step } from '../../../../../components/canary';
import { back, weightsOf } from '../../../../../components/routing/istio/readBack';
import { virtualService as rendered } from '../../../../../components/routing/istio/virtualService';
import { ANY_VERSION } from '../../../../../components/routing/weights';
import { reviews } from '../../canary/fixtures';

const spec = (step: Step, release: Release = reviews()) => rendered(planStep(release, step), release).spec;

describe('the weights of what is rendered', () => {
  it.each([
    [0, { v1: 100 }],
    [10, { v1: 90, v2: 10 }],
    [100, { v2: 100 }],
  ])('reads the weights of step %s', (step, weights) => {
    expect(weightsOf(spec(step))).toEqual(weights);
  });

  it.each([undefined, {}, { http: [] }, { http: [{}] }, { http: 'x' }])(
    'does not guess from %j',
    (broken) => {
      expect(weightsOf(broken)).toBeUndefined();
    },
  );
});

describe('the weights of a VirtualService', () => {
  const route = (...destinations: readonly (readonly [string | undefined, number?])[]) => ({
    route: destinations.map(([subset, weight]) => ({ destination: { host: 'reviews', subset }, weight })),
  });

  test.each([
    [
      'the last route counts',
      { http: [route(['v9', 100]), route(['v1', 90], ['v2', 10])] },
      { v1: 90, v2: 10 },
    ],
    ['one destination has everything', { http: [route(['v1'])] }, { v1: 100 }],
    [
      'of several, one without a weight has nothing',
      { http: [route(['v1'], ['v2', 100])] },
      { v1: 0, v2: 100 },
    ],
    [
      'a version that stands there for several groups of users has them all',
      { http: [route(['v2', 10], ['v2', 15], ['v1', 75])] },
      { v1: 75, v2: 25 },
    ],
    ['no subset is any version', { http: [route([undefined])] }, { [ANY_VERSION]: 100 }],
    ['a redirect routes to nobody', { http: [{ redirect: { uri: '/' } }] }, undefined],
    ['no routes', { http: [] }, undefined],
    ['something else', { http: 'reviews' }, undefined],
    ['nothing', undefined, undefined],
  ])('%s', (_what, spec, weights) => {
    expect(weightsOf(spec)).toEqual(weights);
  });
});

const destination = (subset: string) => ({ destination: { host: 'reviews', subset } });

const virtualService = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'reviews', namespace: 'prod', annotations: { note: 'kept' } },
  spec: {
    hosts: ['reviews'],
    http: [
      { name: 'canary-match', match: [{ headers: {} }], route: [destination('v2')] },
      {
        name: 'default',
        timeout: '10s',
        route: [
          { ...destination('v1'), weight: 50 },
          { ...destination('v2'), weight: 50, headers: { response: {} } },
        ],
      },
    ],
  },
};

const backRoutes = (object: typeof virtualService | object) =>
  (back(object as typeof virtualService, 'v1').spec as typeof virtualService.spec).http[0]?.route;

describe('sending the routes back', () => {
  test('only the default route changes, and leads to the stable version alone', () => {
    expect(back(virtualService, 'v1')).toEqual({
      ...virtualService,
      spec: {
        hosts: ['reviews'],
        http: [virtualService.spec.http[0], { name: 'default', timeout: '10s', route: [destination('v1')] }],
      },
    });
  });

  test('at 100 the stable version takes the place of the canary', () => {
    const [, last] = virtualService.spec.http;
    const all = {
      ...virtualService,
      spec: { hosts: ['reviews'], http: [{ ...last, route: [destination('v2')] }] },
    };
    expect(backRoutes(all)).toEqual([destination('v1')]);
  });

  test('no drill and no cookie sends anybody to the canary, a match of the release does', () => {
    const release = reviews('v1', 'v2', {
      match: [{ header: 'end-user', exact: 'jason' }],
      sticky: { cookie: 'seen' },
      drills: [{ delay: { fixedDelay: '1s', percent: 10 }, match: [{ header: 'x-test', exact: 'yes' }] }],
    });
    const object = back(rendered(planStep(release, 25), release), 'v1');
    const { http } = object.spec as { http: { name: string; route: object[] }[] };
    const reaching = http.filter(({ route }) => JSON.stringify(route).includes('v2'));
    expect(reaching.map(({ name }) => name)).toEqual(['drill-1-canary-match', 'canary-match']);
    expect(weightsOf(object.spec)).toEqual({ v1: 100 });
  });
});
