import { parseExposition } from '../../../../release';
import { IstioMetrics } from '../../../../rehearsal/workloads/istio-metrics';
import type { PodView } from '../../../../rehearsal/workloads/pods';
import { canonicalOf, workloadOf } from '../../../../rehearsal/workloads/workload';

const pod: PodView = {
  ...{
    uid: 'u',
    namespace: 'prod',
    name: 'reviews-v2-5f8d-abcde',
    podIP: '10.0.0.1',
    service: 'reviews',
    version: 'v2',
  },
  ...{
    labels: { app: 'reviews', version: 'v2', 'pod-template-hash': '5f8d' },
    annotations: {},
    mesh: 'sidecar',
    containers: [],
  },
};

test("Istio's standard metrics, by response code and flags", () => {
  const metrics = new IstioMetrics(pod);
  expect(metrics.text()).toBe('');
  for (const ms of [0.4, 1, 3, 80]) metrics.observe(200, '-', ms);
  metrics.observe(503, 'UC', 4_000_000);
  const [requests, durations] = parseExposition(metrics.text());
  expect(requests).toMatchObject({ name: 'istio_requests_total', kind: 'counter' });
  expect(
    requests?.samples.map(({ labels, value }) => [labels['response_code'], labels['response_flags'], value]),
  ).toEqual([
    ['200', '-', 4],
    ['503', 'UC', 1],
  ]);
  expect(requests?.samples[0]?.labels).toMatchObject({
    reporter: 'destination',
    source_workload: 'unknown',
    destination_workload: 'reviews-v2',
    destination_workload_namespace: 'prod',
    destination_version: 'v2',
    destination_service: 'reviews.prod.svc.cluster.local',
    destination_service_name: 'reviews',
    destination_canonical_revision: 'v2',
    request_protocol: 'http',
  });
  expect(durations).toMatchObject({ name: 'istio_request_duration_milliseconds', kind: 'histogram' });
  const of = (code: string, suffix: string) =>
    durations?.samples.filter(
      ({ labels, name }) => labels['response_code'] === code && name.endsWith(suffix),
    ) ?? [];
  const buckets = of('200', '_bucket').map(({ labels, value }) => [labels['le'], value]);
  expect(buckets.slice(0, 4)).toEqual([
    ['0.5', 1],
    ['1', 2],
    ['5', 3],
    ['10', 3],
  ]);
  expect(buckets.at(-1)).toEqual(['+Inf', 4]);
  expect(of('200', '_sum')[0]?.value).toBeCloseTo(84.4);
  expect(of('200', '_count')[0]?.value).toBe(4);
  // Slower than every bound: only in the last bucket.
  expect(of('503', '_bucket').map(({ value }) => value)).toEqual([...Array<number>(19).fill(0), 1]);
});

test.each([
  ['reviews-v2-5f8d-abcde', { 'pod-template-hash': '5f8d' }, 'reviews-v2'],
  ['datakit-x7k2p', { 'controller-revision-hash': 'abc' }, 'datakit'],
  ['alone', {}, 'alone'],
])('the workload of %s', (name, labels: Record<string, string>, workload) => {
  expect(workloadOf({ name, labels })).toBe(workload);
});

test('canonical service and revision: own labels first, then app and version', () => {
  expect(canonicalOf(pod)).toEqual({ name: 'reviews', revision: 'v2' });
  const labels = { 'service.istio.io/canonical-name': 'a', 'service.istio.io/canonical-revision': 'b' };
  expect(canonicalOf({ ...pod, labels })).toEqual({ name: 'a', revision: 'b' });
  expect(canonicalOf({ ...pod, service: '', version: 'unversioned' })).toEqual({
    name: 'reviews-v2',
    revision: 'latest',
  });
});
