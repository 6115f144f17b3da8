import { routers } from '../../../../components/routing/pure';
import { differences, driftOf, routedWeights } from '../../../../release/cluster';

const view = routers.virtualService.proxies('reviews', 'prod');

const cluster = (subset: string, host = 'reviews.prod.svc.cluster.local') =>
  `outbound|9080|${subset}|${host}`;

const dump = (...routes: object[]) => ({
  configs: [
    { route_config: { virtual_hosts: [{ routes: [{ route: { cluster: cluster('v9') } }, ...routes] }] } },
  ],
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
    expect(routedWeights(dump(weighted), view)).toEqual([{ v1: 90, v2: 10 }]);
  });

  test('at a gateway routes to other services stand behind it', () => {
    const others = { route: { cluster: cluster('v1', 'details.prod.svc.cluster.local') } };
    const [ours] = routedWeights(dump({ route: { cluster: cluster('v2') } }, others), view);
    expect(ours).toEqual({ v2: 100 });
  });

  test('a single destination has everything', () => {
    expect(routedWeights(dump({ route: { cluster: cluster('v1') } }), view)).toEqual([{ v1: 100 }]);
  });

  test.each([
    ['another namespace', 'reviews.test.svc.cluster.local'],
    ['a service whose name begins the same', 'reviews.prod.svcs.example'],
  ])('%s is not this service', (_what, host) => {
    const elsewhere = { routes: [{ route: { cluster: cluster('v1', host) } }] };
    expect(routedWeights({ configs: [{ route_config: { virtual_hosts: [elsewhere] } }] }, view)).toEqual([]);
  });

  test('what is no dump says nothing', () => {
    expect(routedWeights({ configs: 'none' }, view)).toEqual([]);
  });
});

describe('drift', () => {
  test('what the API server makes up is none, and what was applied is held against it all the same', () => {
    const service = {
      metadata: { name: 'reviews-v1' },
      spec: { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'], type: 'ClusterIP', selector: { app: 'x' } },
    };
    const applied = { type: 'ClusterIP', selector: { app: 'reviews' } };
    const filled = ['clusterIP', 'clusterIPs'];
    expect(driftOf('Service', applied, service, 'ours', filled)?.differences).toEqual([
      { path: 'spec.selector.app', applied: 'reviews', live: 'x' },
    ]);
    const added = { ...service, spec: { ...service.spec, selector: { app: 'reviews', version: 'v2' } } };
    expect(driftOf('Service', applied, added, 'ours', filled)?.differences).toEqual([
      { path: 'spec.selector.version', applied: undefined, live: 'v2' },
    ]);
  });

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
