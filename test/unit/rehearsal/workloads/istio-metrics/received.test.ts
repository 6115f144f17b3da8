import { parseExposition } from '../../../../../release';
import { ReceivedMetrics } from '../../../../../rehearsal/workloads/istio-metrics';
import type { PodView } from '../../../../../rehearsal/workloads/pods';
import { serviceTable, serviceView } from '../../../../../rehearsal/workloads/services';

/**
 * Names, labels and values as the filter of Istio's own proxy writes them
 * [istio/proxy source/extensions/filters/http/istio_stats/istio_stats.cc].
 */
const pod: PodView = {
  ...{ uid: 'u', namespace: 'prod', name: 'reviews-v2-5f8d-abcde', podIP: '10.0.0.1', mesh: 'sidecar' },
  ...{ service: 'reviews', version: 'v2', annotations: {} },
  labels: { app: 'reviews', version: 'v2', 'pod-template-hash': '5f8d' },
  containers: [{ name: 'reviews', image: '', ports: [{ name: 'web', port: 9080 }], env: {}, isInit: false }],
};
const services = serviceTable([
  serviceView({
    metadata: { name: 'reviews-web', namespace: 'prod' },
    spec: { selector: { app: 'reviews' }, ports: [{ name: 'http', port: 80, targetPort: 'web' }] },
  }),
]);

const families = (metrics: ReceivedMetrics) =>
  new Map(parseExposition(metrics.text()).map((family) => [family.name, family]));
const answered = { protocol: 'http', code: 200, flags: '-', port: 9080, durationMs: 3 } as const;

test('nothing is said before the first request', () => {
  expect(new ReceivedMetrics(pod).text()).toBe('');
});

test('a request has the labels of the standard metrics, and no others', () => {
  const metrics = new ReceivedMetrics(pod, services);
  metrics.request(answered);
  const [sample] = families(metrics).get('istio_requests_total')?.samples ?? [];
  expect(sample?.labels).toEqual({
    reporter: 'destination',
    ...{ source_workload: 'unknown', source_workload_namespace: 'unknown', source_principal: 'unknown' },
    ...{ source_app: 'unknown', source_version: 'unknown', source_canonical_service: 'unknown' },
    // A peer that is not known has a revision all the same.
    ...{ source_canonical_revision: 'latest', source_cluster: 'unknown' },
    ...{ destination_workload: 'reviews-v2', destination_workload_namespace: 'prod' },
    ...{ destination_principal: 'unknown', destination_app: 'reviews', destination_version: 'v2' },
    // The Service's name, which need not be that of the app label.
    destination_service: 'reviews-web.prod.svc.cluster.local',
    ...{ destination_service_name: 'reviews-web', destination_service_namespace: 'prod' },
    ...{ destination_canonical_service: 'reviews', destination_canonical_revision: 'v2' },
    destination_cluster: 'Kubernetes',
    ...{ request_protocol: 'http', response_code: '200', grpc_response_status: '' },
    ...{ response_flags: '-', connection_security_policy: 'none' },
  });
});

test.each([
  ['an answer', answered, { response_code: '200', response_flags: '-', grpc_response_status: '' }],
  [
    'a connection that the application cut',
    { ...answered, code: 503, flags: 'UC' },
    { response_code: '503', response_flags: 'UC' },
  ],
  [
    'a caller that has gone',
    { ...answered, code: 0, flags: 'DC' },
    { response_code: '0', response_flags: 'DC' },
  ],
  [
    'a gRPC call that failed',
    { ...answered, protocol: 'grpc', grpcStatus: 14 },
    { request_protocol: 'grpc', response_code: '200', grpc_response_status: '14' },
  ],
  [
    'a gRPC call without a status',
    { ...answered, protocol: 'grpc', code: 0, flags: 'DC' },
    { request_protocol: 'grpc', response_code: '0', grpc_response_status: '' },
  ],
  [
    'a port that no Service sends to',
    { ...answered, port: 8081 },
    { destination_service: 'reviews', destination_service_name: 'InboundPassthroughCluster' },
  ],
] as const)('%s', (_, request, labels) => {
  const metrics = new ReceivedMetrics(pod, services);
  metrics.request(request);
  expect(families(metrics).get('istio_requests_total')?.samples[0]?.labels).toMatchObject(labels);
});

test('app and version are the labels of these names alone, and empty where there are none', () => {
  const labels = { 'app.kubernetes.io/name': 'reviews', 'app.kubernetes.io/version': '1.4' };
  const metrics = new ReceivedMetrics({ ...pod, labels }, services);
  metrics.request(answered);
  expect(families(metrics).get('istio_requests_total')?.samples[0]?.labels).toMatchObject({
    ...{ destination_app: '', destination_version: '' },
    ...{ destination_canonical_service: 'reviews', destination_canonical_revision: '1.4' },
  });
});

test('durations and sizes are histograms with the bounds of an Envoy', () => {
  const metrics = new ReceivedMetrics(pod, services);
  for (const durationMs of [0.4, 1.9, 5, 80]) metrics.request({ ...answered, durationMs });
  metrics.request({ ...answered, code: 503, durationMs: 4_000_000, requestBytes: 3, responseBytes: 700 });
  const all = families(metrics);
  const of = (name: string, code: string, suffix: string) =>
    (all.get(name)?.samples ?? []).filter(
      (sample) => sample.labels['response_code'] === code && sample.name.endsWith(suffix),
    );
  const durations = 'istio_request_duration_milliseconds';
  expect(all.get(durations)?.kind).toBe('histogram');
  expect(
    of(durations, '200', '_bucket')
      .slice(0, 4)
      .map(({ labels, value }) => [labels['le'], value]),
  ).toEqual([
    // Whole milliseconds: 0, 1, 5, 80.
    ['0.5', 1],
    ['1', 2],
    ['5', 3],
    ['10', 3],
  ]);
  expect(of(durations, '200', '_sum')[0]?.value).toBe(86);
  expect(of(durations, '200', '_count')[0]?.value).toBe(4);
  // Slower than every bound: only in the last bucket.
  expect(of(durations, '503', '_bucket').map(({ value }) => value)).toEqual([
    ...Array<number>(19).fill(0),
    1,
  ]);
  expect(of('istio_request_bytes', '503', '_sum')[0]?.value).toBe(3);
  expect(of('istio_response_bytes', '503', '_sum')[0]?.value).toBe(700);
});

test('connections of plain bytes are counted when they open and when they end, without a code', () => {
  const metrics = new ReceivedMetrics(pod, services);
  metrics.opened(9080);
  metrics.opened(9080);
  metrics.closed({ port: 9080, received: 6, sent: 90 });
  const all = families(metrics);
  const value = (name: string) => all.get(`istio_tcp_${name}_total`)?.samples[0]?.value;
  expect(['connections_opened', 'connections_closed', 'sent_bytes', 'received_bytes'].map(value)).toEqual([
    2, 1, 90, 6,
  ]);
  const labels = all.get('istio_tcp_connections_opened_total')?.samples[0]?.labels ?? {};
  expect(labels).toMatchObject({ request_protocol: 'tcp', response_flags: '-' });
  expect(Object.keys(labels)).not.toEqual(expect.arrayContaining(['response_code']));
  expect(Object.keys(labels)).not.toEqual(expect.arrayContaining(['grpc_response_status']));
});
