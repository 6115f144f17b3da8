import { planStep, type Release, type Step } from '../../../../../components/canary';
import { ANY_VERSION, routers } from '../../../../../components/routing/pure';
import { routedWeights } from '../../../../../release/cluster';
import { jason, reviews } from '../../canary/fixtures';

const { back, mentionedIn, render, weightsOf, proxies } = routers.httpRoute;

const manifestOf = (step: Step, more: Partial<Release> = {}) => {
  const release = reviews('v1', 'v2', more);
  return render(planStep(release, step), release, { ports: [{ port: 9080 }] }).at(-1)!.manifest;
};

describe('the weights of a route', () => {
  it.each([
    [0, { v1: 100 }],
    [10, { v1: 90, v2: 10 }],
    [100, { v2: 100 }],
  ])('reads the weights of step %s', (step, weights) => {
    expect(weightsOf(manifestOf(step, { match: [jason] }).spec)).toEqual(weights);
  });

  const parentRefs = [{ kind: 'Service', name: 'reviews' }];
  const rule = (...refs: object[]) => ({ parentRefs, rules: [{ name: 'default', backendRefs: refs }] });

  it.each([
    // Weights are shares of their sum, 1 where none is given (the API's documentation of BackendRef.weight).
    [
      'weights that do not sum to 100',
      rule({ name: 'reviews-v1', weight: 3 }, { name: 'reviews-v2' }),
      { v1: 75, v2: 25 },
    ],
    ['the service itself', rule({ name: 'reviews' }), { [ANY_VERSION]: 100 }],
    ['another service', rule({ name: 'ratings-v1' }), { 'ratings-v1': 100 }],
    ['no weight at all', rule({ name: 'reviews-v1', weight: 0 }), undefined],
    [
      'no default rule',
      { parentRefs, rules: [{ name: 'x', backendRefs: [{ name: 'reviews-v1' }] }] },
      undefined,
    ],
    ['no service among the parents', { rules: [{ name: 'default', backendRefs: [] }] }, undefined],
    ['no route', undefined, undefined],
    ['lists that are none', { parentRefs, rules: 'x' }, undefined],
  ])('%s', (_what, spec, weights) => {
    expect(weightsOf(spec)).toEqual(weights);
  });
});

test.each<[Step, Partial<Release>, readonly string[]]>([
  ['baseline', {}, ['v1']],
  [0, { match: [jason] }, ['v2', 'v1']],
  [0, { mirror: { percent: 10 } }, ['v1', 'v2']],
  [50, {}, ['v1', 'v2']],
  [100, {}, ['v2']],
])('every version that step %s mentions by %j', (step, more, versions) => {
  expect(mentionedIn(manifestOf(step, more).spec)).toEqual(versions);
});

test.each<[Step, Partial<Release>]>([
  [10, {}],
  [50, { match: [jason] }],
  [100, { timeout: '2s' }],
])('taken back from %s with %j it is the route of step 0', (step, more) => {
  expect(back(manifestOf(step, more), 'v1')).toEqual(manifestOf(0, more));
});

describe('what a proxy has', () => {
  const cluster = (name: string) => `outbound|9080||${name}.prod.svc.cluster.local`;
  const host = (domains: string[], ...clusters: (readonly [string, number])[]) => ({
    domains,
    routes: [
      {
        route: {
          weighted_clusters: {
            clusters: clusters.map(([name, weight]) => ({ name: cluster(name), weight })),
          },
        },
      },
    ],
  });
  const table = (...virtual_hosts: object[]) => ({ configs: [{ route_config: { virtual_hosts } }] });
  const view = proxies('reviews', 'prod');
  const split = [
    ['reviews-v1', 90],
    ['reviews-v2', 10],
  ] as const;

  it.each([
    [
      'a sidecar',
      ['reviews.prod.svc.cluster.local', 'reviews', 'reviews.prod.svc', 'reviews.prod', '10.96.0.7'],
    ],
    ['a proxy of calls with ports', ['reviews.prod.svc.cluster.local:9080', 'reviews:9080']],
    ['another domain', ['reviews.prod.svc.example.org']],
    ['a gateway', ['*']],
  ])('%s routes by the weights', (_what, domains) => {
    expect(routedWeights(table(host(domains, ...split)), view)).toEqual([{ v1: 90, v2: 10 }]);
  });

  it.each([
    ['the Service of a version', 'reviews-v1'],
    ['another service', 'reviews-api'],
  ])('the virtual host of %s says nothing of them', (_what, name) => {
    const own = host([`${name}.prod.svc.cluster.local`, name], [name, 100]);
    expect(routedWeights(table(own), view)).toEqual([]);
  });

  it('without weights the service has pods of any version', () => {
    const domains = ['reviews.prod.svc.cluster.local'];
    expect(routedWeights(table(host(domains, ['reviews', 100])), view)).toEqual([{ [ANY_VERSION]: 100 }]);
  });
});
