import type { V1Pod } from '@kubernetes/client-node';
import {
  kubernetesPrometheus,
  type KubernetesPrometheusConf,
} from '../../../../rehearsal/datakit/collectors/schema';
import { podTarget } from '../../../../rehearsal/datakit/scrape/kubernetes-targets';
import { fillPlaceholder } from '../../../../rehearsal/datakit/scrape/placeholders';
import { promTargets } from '../../../../rehearsal/datakit/scrape/prom-targets';

const pod: V1Pod = {
  metadata: {
    uid: 'u1',
    name: 'reviews-v2-a',
    namespace: 'prod',
    labels: { app: 'reviews', 'app.kubernetes.io/name': 'r' },
    annotations: { 'prometheus.io/port': '9090' },
  },
  spec: { nodeName: 'n', containers: [{ name: 'app', ports: [{ name: 'metrics', containerPort: 8081 }] }] },
  status: { podIP: '10.244.0.9', hostIP: '10.244.255.1', phase: 'Running' },
};

test.each([
  ['__kubernetes_pod_name', 'reviews-v2-a'],
  ['__kubernetes_pod_namespace', 'prod'],
  ['__kubernetes_pod_node_name', 'n'],
  ['__kubernetes_pod_ip', '10.244.0.9'],
  ['__kubernetes_pod_host_ip', '10.244.255.1'],
  ['__kubernetes_pod_label_app', 'reviews'],
  ['__kubernetes_pod_label_app.kubernetes.io/name', 'r'],
  ['__kubernetes_pod_annotation_prometheus.io/port', '9090'],
  ['__kubernetes_pod_container_app_port_metrics_number', '8081'],
  ['__kubernetes_pod_container_app_port_other_number', undefined],
  ['__kubernetes_pod_label_none', undefined],
  ['__kubernetes_nosuch', undefined],
  ['15020', '15020'],
])('placeholder %s', (placeholder, value) => {
  expect(fillPlaceholder(placeholder, pod)).toBe(value);
});

const conf = (instance: object, more: object = {}): KubernetesPrometheusConf =>
  kubernetesPrometheus.parse({ ...more, instances: [{ role: 'pod', ...instance }] });

function target(instance: object, more: object = {}) {
  const parsed = conf(instance, more);
  return podTarget(parsed, parsed.instances?.[0] ?? {}, pod);
}

test('kubernetesprometheus makes the address, tags and measurement of a pod', () => {
  const found = target(
    {
      port: '15020',
      path: '/stats/prometheus',
      params: 'a=b',
      custom: {
        measurement: 'istio_prom',
        tags: {
          pod_name: '__kubernetes_pod_name',
          instance: '__kubernetes_mate_instance',
          host: '__kubernetes_mate_host',
          gone: '__kubernetes_pod_label_none',
        },
      },
    },
    { scrape_interval: '5s', global_tags: { cluster: 'c' } },
  );
  expect(found).toMatchObject({
    url: 'http://10.244.0.9:15020/stats/prometheus?a=b',
    intervalMs: 5000,
    owner: 'prod/reviews-v2-a',
    service: 'reviews',
    giveUpAfter: 10,
  });
  expect(found?.tags).toEqual({
    cluster: 'c',
    pod_name: 'reviews-v2-a',
    instance: '10.244.0.9:15020',
    host: '10.244.0.9',
  });
  expect(found?.place('istio_requests_total')).toEqual({
    measurement: 'istio_prom',
    field: 'istio_requests_total',
  });
});

test('a pod that says no, or lacks the port, is no target', () => {
  expect(target({ port: '1', scrape: '__kubernetes_pod_annotation_prometheus.io/scrape' })).toBeUndefined();
  expect(target({ port: '__kubernetes_pod_container_app_port_none_number' })).toBeUndefined();
  expect(target({ port: '__kubernetes_pod_annotation_prometheus.io/port' })?.url).toBe(
    'http://10.244.0.9:9090/metrics',
  );
});

function prom(settings: Parameters<typeof promTargets>[0], problems: string[] = []) {
  return promTargets(settings, { by: 'file' }, (problem) => problems.push(problem));
}

test('prom keeps the types and families that it is told to', () => {
  const [found] = prom({
    url: 'http://a:1/m',
    metric_types: ['counter'],
    metric_name_filter: ['^istio_'],
    metric_name_filter_ignore: ['bytes'],
  });
  expect(found?.keep('istio_requests_total', 'counter')).toBe(true);
  expect(found?.keep('istio_requests_total', 'gauge')).toBe(false);
  expect(found?.keep('istio_bytes_total', 'counter')).toBe(false);
  expect(found?.keep('pilot_x', 'counter')).toBe(false);
});

test('prom files metrics under the measurement that is named, by rule, by name, or by the cut', () => {
  const [found] = prom({
    url: 'http://a:1/m',
    measurements: [{ prefix: 'pilot_', name: 'pilot' }],
    measurement_name: 'istio_prom',
  });
  expect(found?.place('pilot_xds')).toEqual({ measurement: 'pilot', field: 'xds' });
  expect(found?.place('go_threads')).toEqual({ measurement: 'istio_prom', field: 'go_threads' });
  expect(prom({ url: 'http://a:1/m' })[0]?.place('go_threads')).toEqual({
    measurement: 'go',
    field: 'threads',
  });
});

test('intervals stay within the limits of DataKit; what is not played and what leads nowhere is told', () => {
  const problems: string[] = [];
  expect(prom({ url: 'http://a:1/m', interval: '100ms' })[0]?.intervalMs).toBe(1000);
  expect(prom({ url: 'http://a:1/m', interval: '1h' })[0]?.intervalMs).toBe(300_000);
  expect(prom({ url: 'http://a:1/m' })[0]?.intervalMs).toBe(30_000);
  expect(prom({ source: 'x', uds_path: '/run/x' }, problems)).toEqual([]);
  expect(problems).toEqual([
    expect.stringMatching(/uds_path cannot be rehearsed/),
    expect.stringMatching(/names no address/),
  ]);
});
