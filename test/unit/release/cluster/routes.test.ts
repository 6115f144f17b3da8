import {
  ANY_VERSION,
  defaultWeights,
  differences,
  driftOf,
  routedWeights,
  withoutCanary,
} from '../../../../release/cluster';

const cluster = (subset: string, host = 'reviews.prod.svc.cluster.local') =>
  `outbound|9080|${subset}|${host}`;

const dump = (...routes: object[]) => ({
  configs: [
    { route_config: { virtual_hosts: [{ routes: [{ route: { cluster: cluster('v9') } }, ...routes] }] } },
  ],
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
    ['no subset is any version', { http: [route([undefined])] }, { [ANY_VERSION]: 100 }],
    ['a redirect routes to nobody', { http: [{ redirect: { uri: '/' } }] }, undefined],
    ['no routes', { http: [] }, undefined],
    ['something else', { http: 'reviews' }, undefined],
    ['nothing', undefined, undefined],
  ])('%s', (_what, spec, weights) => {
    expect(defaultWeights(spec)).toEqual(weights);
  });
});

describe('the weights a proxy routes by', () => {
  test('of a virtual host the last route counts', () => {
    const weighted = {
      route: {
        weighted_clusters: {
          clusters: [
            { name: cluster('v1'), weight: 90 },
            { name: cluster('v2'), weight: 10 },
          ],
        },
      },
    };
    expect(routedWeights(dump(weighted), 'reviews.prod.svc')).toEqual([{ v1: 90, v2: 10 }]);
  });

  test('a single destination has everything', () => {
    expect(routedWeights(dump({ route: { cluster: cluster('v1') } }), 'reviews.prod.svc')).toEqual([
      { v1: 100 },
    ]);
  });

  test.each([
    ['another namespace', 'reviews.test.svc.cluster.local'],
    ['a service whose name begins the same', 'reviews.prod.svcs.example'],
  ])('%s is not this service', (_what, host) => {
    expect(routedWeights(dump({ route: { cluster: cluster('v1', host) } }), 'reviews.prod.svc')).toEqual([]);
  });

  test('what is no dump says nothing', () => {
    expect(routedWeights({ configs: 'none' }, 'reviews.prod.svc')).toEqual([]);
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

describe('sending the routes back', () => {
  test('only the default route changes, and leads to the stable version alone', () => {
    expect(withoutCanary(virtualService, 'v1')).toEqual({
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
    expect(withoutCanary(all, 'v1').spec.http?.[0]?.route).toEqual([destination('v1')]);
  });
});

describe('drift', () => {
  const live = {
    metadata: {
      name: 'reviews',
      managedFields: [
        { manager: 'ours', fieldsV1: { 'f:spec': {} } },
        { manager: 'kubectl-edit', time: '2026-11-21T12:00:00Z', fieldsV1: { 'f:spec': {} } },
        { manager: 'status-writer', fieldsV1: { 'f:status': {} } },
      ],
    },
    spec: { hosts: ['reviews'], http: [] as unknown[] },
  };

  test('names what differs, and who owns the spec besides us', () => {
    const drift = driftOf('VirtualService prod/reviews', { hosts: ['ratings'], http: [] }, live, 'ours');
    expect(drift).toEqual({
      object: 'VirtualService prod/reviews',
      differences: [{ path: 'spec.hosts[0]', applied: 'ratings', live: 'reviews' }],
      managers: [{ manager: 'kubectl-edit', at: '2026-11-21T12:00:00Z' }],
    });
  });

  test('an empty list is as good as none: the API server drops some', () => {
    expect(driftOf('x', { hosts: ['reviews'] }, live, 'ours')).toBeUndefined();
    expect(differences({ a: {} }, {}, 'spec')).toEqual([]);
  });

  test('an object that is gone has drifted', () => {
    expect(driftOf('VirtualService prod/reviews', {}, undefined, 'ours')?.differences[0]?.live).toBe(
      'deleted',
    );
  });
});
