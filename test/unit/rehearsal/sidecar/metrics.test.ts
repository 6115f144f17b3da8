import { metricsFilter, statPrefix } from '../../../../rehearsal/sidecar/metrics/filter';
import { istioLabels, type Labels } from '../../../../rehearsal/sidecar/metrics/labels';
import { PodsByAddress } from '../../../../rehearsal/sidecar/metrics/peers';
import { withIstioMetrics } from '../../../../rehearsal/sidecar/metrics/translate';
import type { PodView } from '../../../../rehearsal/workloads';

const pod = (service: string, podIP: string, more: Partial<PodView> = {}): PodView => ({
  ...{
    uid: `${service}-${podIP}`,
    namespace: 'prod',
    name: `${service}-v1-abc-x`,
    podIP,
    service,
    version: 'v1',
  },
  labels: { app: service, version: 'v1', 'pod-template-hash': 'abc' },
  ...{ annotations: {}, containers: [], mesh: 'sidecar' },
  ...more,
});

const productpage = pod('productpage', '10.244.0.5');
const reviews = pod('reviews', '10.244.0.7');
const plain = pod('legacy', '10.244.0.9', { mesh: 'plain' });
const peers = new PodsByAddress();
for (const one of [productpage, reviews, plain]) peers.add(one);

const services = JSON.stringify([
  { host: 'reviews.prod.svc.cluster.local', name: 'reviews', namespace: 'prod' },
]);
const workload = 'reviews-v1;prod;reviews;v1;Kubernetes';
const cluster = 'outbound|9080|v1|reviews.prod.svc.cluster.local';

const outbound = {
  ...{ reporter: 'source', peer: '10.244.0.7:9080', workload, cluster, services, authority: 'reviews:9080' },
  ...{ code: '200', flags: '-', details: 'via_upstream', content_type: '', grpc_status: '' },
};
const noHost = { ...outbound, peer: '', workload: '' };

const known: Labels = {
  destination_workload: 'reviews-v1',
  destination_canonical_service: 'reviews',
  destination_canonical_revision: 'v1',
  destination_app: 'reviews',
  destination_version: 'v1',
};
const endpointOnly: Labels = { ...known, destination_app: 'unknown', destination_version: 'unknown' };
const nothing: Labels = {
  ...endpointOnly,
  destination_workload: 'unknown',
  destination_canonical_service: 'unknown',
  destination_canonical_revision: 'latest',
};

// contrib/istio/filters/http/istio_stats/source/istio_stats.cc and pilot/pkg/networking/util/util.go: app and version come in
// the answer of the callee's sidecar, workload and revision with the endpoint, nothing without a host.
test.each<[string, Record<string, string>, Labels]>([
  ['an answer of the sidecar', outbound, known],
  ['its own 503', { ...outbound, code: '503' }, known],
  ['UF', { ...outbound, code: '503', flags: 'UF', details: 'upstream_reset_before…' }, endpointOnly],
  ['UC', { ...outbound, code: '503', flags: 'UC', details: 'upstream_reset_before…' }, endpointOnly],
  ['UT', { ...outbound, code: '504', flags: 'UT', details: 'response_timeout' }, endpointOnly],
  ['DC', { ...outbound, code: '0', flags: 'DC', details: 'downstream_remote_disconnect' }, endpointOnly],
  ['UH', { ...noHost, code: '503', flags: 'UH', details: 'no_healthy_upstream' }, nothing],
  [
    'NR',
    { ...noHost, code: '404', flags: 'NR', details: 'route_not_found', cluster: '', services: '' },
    nothing,
  ],
  ['FI', { ...noHost, code: '503', flags: 'FI', details: 'fault_filter_abort' }, nothing],
  [
    'a callee without a sidecar',
    { ...outbound, peer: '10.244.0.9:9080', workload: 'legacy-v1;prod;legacy;v1;Kubernetes' },
    { ...endpointOnly, destination_workload: 'legacy-v1', destination_canonical_service: 'legacy' },
  ],
])('the source knows of the destination of %s', (_, tags, expected) => {
  const labels = istioLabels(tags, productpage, peers, false);
  expect(labels).toMatchObject(expected);
  expect(labels).toMatchObject({
    reporter: 'source',
    source_workload: 'productpage-v1',
    response_flags: tags['flags'],
    // Only the destination knows.
    connection_security_policy: 'unknown',
  });
});

test('the Service is that of the cluster, with a subset too', () => {
  expect(istioLabels(outbound, productpage, peers, false)).toMatchObject({
    destination_service: 'reviews.prod.svc.cluster.local',
    destination_service_name: 'reviews',
    destination_service_namespace: 'prod',
  });
});

test.each([
  ['PassthroughCluster', 'api.example.com', 'PassthroughCluster'],
  ['BlackHoleCluster', 'api.example.com', 'BlackHoleCluster'],
  ['', 'api.example.com', 'api.example.com'],
  ['', '', 'unknown'],
])('without a Service, cluster %p and host %p are called %s', (name, authority, expected) => {
  const tags = { ...noHost, services: '', cluster: name, authority };
  expect(istioLabels(tags, productpage, peers, false)['destination_service_name']).toBe(expected);
});

const inbound = {
  ...{
    reporter: 'destination',
    peer: '10.244.0.5',
    services,
    cluster: 'inbound|9080||',
    code: '200',
    flags: '-',
  },
  source_principal: 'spiffe://cluster.local/ns/prod/sa/productpage',
  destination_principal: 'spiffe://cluster.local/ns/prod/sa/reviews',
};

test('the destination knows its caller by certificate, and both by their pods', () => {
  expect(istioLabels(inbound, reviews, peers, false)).toMatchObject({
    ...{ reporter: 'destination', source_workload: 'productpage-v1', source_version: 'v1' },
    ...{ destination_version: 'v1', connection_security_policy: 'mutual_tls' },
    source_principal: 'spiffe://cluster.local/ns/prod/sa/productpage',
  });
});

test('a caller without a sidecar is unknown, and its connection is not secured', () => {
  const tags = { ...inbound, peer: '10.244.0.9', source_principal: '' };
  expect(istioLabels(tags, reviews, peers, false)).toMatchObject({
    ...{ source_workload: 'unknown', source_canonical_revision: 'latest', source_principal: 'unknown' },
    connection_security_policy: 'none',
  });
});

test.each([
  ['application/grpc', '14', 'grpc', '14'],
  ['application/grpc', '', 'grpc', ''],
  ['application/json', '2', 'http', ''],
])('content %s with the status %p is %s with %p', (content_type, grpc_status, protocol, status) => {
  expect(istioLabels({ ...outbound, content_type, grpc_status }, productpage, peers, false)).toMatchObject({
    request_protocol: protocol,
    grpc_response_status: status,
  });
});

test('no answer is code 0; plain bytes have no code', () => {
  expect(istioLabels({ ...outbound, code: '' }, productpage, peers, false)['response_code']).toBe('0');
  const tcp = istioLabels(outbound, productpage, peers, true);
  expect(tcp).toMatchObject({ request_protocol: 'tcp' });
  expect(tcp).not.toHaveProperty('response_code');
});

test('an address that was given to another pod still tells who had it', () => {
  const addresses = new PodsByAddress();
  addresses.add(reviews);
  addresses.add(pod('ratings', reviews.podIP));
  expect(addresses.at(reviews.podIP, 'reviews-v1')?.service).toBe('reviews');
  expect(addresses.at(reviews.podIP)?.service).toBe('ratings');
  expect(addresses.at(reviews.podIP, 'details-v1')).toBeUndefined();
});

const line = (name: string, tags: Record<string, string>, value: number) =>
  `envoy_istiocustom_istio_${name}{${Object.entries(tags)
    .map(([key, text]) => `${key}=${JSON.stringify(text)}`)
    .join(',')}} ${value}`;

test("what Envoy counted comes out under Istio's names, added up, and everything else is left as it is", () => {
  const text = [
    '# TYPE envoy_server_uptime gauge',
    'envoy_server_uptime{} 7',
    '# TYPE envoy_istiocustom_istio_requests_total counter',
    line('requests_total', outbound, 3),
    // Another port of the same pod: no label tells.
    line('requests_total', { ...outbound, peer: '10.244.0.7:9081' }, 2),
    line('requests_total', { ...outbound, code: '500' }, 1),
    '# TYPE envoy_istiocustom_istio_request_duration_milliseconds histogram',
    line('request_duration_milliseconds_bucket', { ...outbound, le: '0.5' }, 4),
    line('request_duration_milliseconds_sum', outbound, 20),
    line('request_duration_milliseconds_count', outbound, 5),
    '',
  ].join('\n');
  const lines = withIstioMetrics(text, productpage, peers).trimEnd().split('\n');
  expect(lines.slice(0, 2)).toEqual(['# TYPE envoy_server_uptime gauge', 'envoy_server_uptime{} 7']);
  expect(lines.filter((one) => one.includes('istiocustom'))).toEqual([]);
  const value = (start: string, part: string) =>
    lines
      .filter((one) => one.startsWith(`${start}{`) && one.includes(part))
      .map((one) => one.split(' ').at(-1));
  expect(value('istio_requests_total', 'response_code="200"')).toEqual(['5']);
  expect(value('istio_requests_total', 'response_code="500"')).toEqual(['1']);
  expect(value('istio_request_duration_milliseconds_bucket', 'le="0.5"')).toEqual(['4']);
  expect(value('istio_request_duration_milliseconds_sum', '')).toEqual(['20']);
  const type = lines.indexOf('# TYPE istio_request_duration_milliseconds histogram');
  expect(lines[type + 1]).toContain('istio_request_duration_milliseconds_bucket');
});

test('every kind of proxy counts HTTP and plain bytes, both ends by the same names', () => {
  const { configPatches } = metricsFilter.spec;
  const contexts = configPatches.map(({ match: { context, listener } }) => [
    context,
    listener.filterChain.filter.name.split('.').at(-1),
  ]);
  expect(contexts).toEqual(
    ['SIDECAR_INBOUND', 'SIDECAR_OUTBOUND', 'GATEWAY'].flatMap((context) => [
      [context, 'http_connection_manager'],
      [context, 'tcp_proxy'],
    ]),
  );
  // Istio's list of statistics lets out what begins so [tools/packaging/common/envoy_bootstrap.json].
  expect(statPrefix).toMatch(/^istio/);
});
