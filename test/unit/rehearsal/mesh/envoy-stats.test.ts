import {
  parseRejectionDetails,
  parseRejections,
  parseRouteWeights,
  parseSubsetRequests,
  sameWeights,
} from '../../../../rehearsal/mesh/envoy-stats';

test('requests are read per service, port and subset', () => {
  const text = [
    'cluster.outbound|9080|v2|reviews.prod.svc.cluster.local;.upstream_rq_total: 12',
    'cluster.outbound|9080|v2|reviews.prod.svc.cluster.local;.upstream_rq_2xx: 11',
    'cluster.outbound|9080|v2|reviews.prod.svc.cluster.local;.upstream_rq_5xx: 1',
    'cluster.outbound|9080||details.prod.svc.cluster.local;.upstream_rq_total: 3',
    'cluster.xds-grpc.upstream_rq_total: 1',
    'cluster.outbound|9080||details.prod.svc.cluster.local;.upstream_rq_time: P0(nan,0)',
  ].join('\n');
  expect(parseSubsetRequests(text)).toEqual([
    {
      host: 'reviews.prod.svc.cluster.local',
      port: 9080,
      subset: 'v2',
      total: 12,
      success: 11,
      serverErrors: 1,
    },
    { host: 'details.prod.svc.cluster.local', port: 9080, subset: '', total: 3, success: 0, serverErrors: 0 },
  ]);
});

test('refusals above zero are found, whichever resource was refused', () => {
  const text = [
    'cluster_manager.cds.update_rejected: 0',
    'listener_manager.lds.update_rejected: 2',
    'http.outbound_127.0.0.1_9080;.rds.9080.update_rejected: 1',
    'http.admin.downstream_rq_rejected_via_ip_detection: 7',
    'listener_manager.listener_create_failure: 1',
  ].join('\n');
  expect(parseRejections(text)).toEqual([
    { stat: 'listener_manager.lds.update_rejected', count: 2 },
    { stat: 'http.outbound_127.0.0.1_9080;.rds.9080.update_rejected', count: 1 },
    { stat: 'listener_manager.listener_create_failure', count: 1 },
  ]);
});

test("Envoy's reasons are read from the dump", () => {
  const dump = { configs: [{ name: 'a' }, { name: 'b', error_state: { details: 'unknown cluster' } }] };
  expect(parseRejectionDetails(dump)).toEqual(['b: unknown cluster']);
  expect(parseRejectionDetails({})).toEqual([]);
});

const cluster = (subset: string) => `outbound|9080|${subset}|reviews.prod.svc.cluster.local`;
const table = (name: string, domains: string[], ...routes: unknown[]) => ({
  route_config: { name, virtual_hosts: [{ domains, routes: routes.map((route) => ({ route })) }] },
});
const split = (v1: number, v2: number) => ({
  weighted_clusters: {
    clusters: [
      { name: cluster('v1'), weight: v1 },
      { name: cluster('v2'), weight: v2 },
    ],
  },
});

describe('route weights', () => {
  test('the last route counts, the ones before it are for singled-out requests', () => {
    const dump = {
      configs: [table('http_proxy', ['reviews:9080'], { cluster: cluster('v2') }, split(90, 10))],
    };
    expect(parseRouteWeights(dump, 'reviews:9080')).toEqual({ v1: 90, v2: 10 });
  });

  test('a route to one cluster is 100 for its subset', () => {
    const dump = { configs: [table('http_proxy', ['reviews:9080'], { cluster: cluster('v1') })] };
    expect(parseRouteWeights(dump, 'reviews:9080')).toEqual({ v1: 100 });
  });

  test("the HTTP proxy's table goes before the listener's own", () => {
    const listener = table('9080', ['reviews'], split(50, 50));
    const proxy = table('http_proxy', ['reviews:9080'], split(75, 25));
    expect(parseRouteWeights({ configs: [listener, proxy] }, 'reviews:9080')).toEqual({ v1: 75, v2: 25 });
    expect(parseRouteWeights({ configs: [listener] }, 'reviews:9080')).toEqual({ v1: 50, v2: 50 });
  });

  test('an Envoy without such a route says so', () => {
    expect(parseRouteWeights({ configs: [table('80', ['other'])] }, 'reviews:9080')).toBeUndefined();
  });

  test('a weight of 0 may be named or left out', () => {
    expect(sameWeights({ v1: 100 }, { v1: 100, v2: 0 })).toBe(true);
    expect(sameWeights({ v1: 90, v2: 10 }, { v1: 90 })).toBe(false);
  });
});
