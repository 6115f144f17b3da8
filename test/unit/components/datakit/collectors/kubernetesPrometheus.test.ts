import {
  kubernetesPrometheus,
  renderCollector,
  sidecarTarget,
  type KubernetesPrometheusSettings,
  type ScrapeTarget,
} from '../../../../../components/datakit/pure';
import { placesOf, readBack, type Every } from '../support';

const every: Every<KubernetesPrometheusSettings> = {
  nodeLocal: false,
  scrapeInterval: '10s',
  keepExistMetricName: false,
  honorTimestamps: false,
  enableDiscoveryOfPrometheusPodAnnotations: true,
  enableDiscoveryOfPrometheusServiceAnnotations: true,
  enableDiscoveryOfPrometheusPodMonitors: true,
  enableDiscoveryOfPrometheusServiceMonitors: true,
  globalTags: { instance: '__kubernetes_mate_instance' },
  instances: [
    {
      role: 'pod',
      namespaces: ['prod'],
      selector: 'app=reviews',
      scrape: 'true',
      scheme: 'https',
      port: '15020',
      path: '/stats/prometheus',
      params: 'filter=istio',
      httpHeaders: { Accept: 'text/plain' },
      custom: {
        measurement: 'istio_prom',
        jobAsMeasurement: true,
        tags: { pod_name: '__kubernetes_pod_name' },
      },
      auth: {
        bearerTokenFile: '/var/run/token',
        tlsConfig: {
          insecureSkipVerify: true,
          caCerts: ['/ca.crt'],
          cert: '/tls.crt',
          certKey: '/tls.key',
          serverName: 'reviews',
        },
      },
    },
  ],
};

const problems = (target: ScrapeTarget) =>
  placesOf(() => renderCollector(kubernetesPrometheus, { instances: [target] }));

describe('kubernetesprometheus', () => {
  it('spells every setting as DataKit does', () => {
    expect(readBack(kubernetesPrometheus, every)).toEqual({
      node_local: false,
      scrape_interval: '10s',
      keep_exist_metric_name: false,
      honor_timestamps: false,
      enable_discovery_of_prometheus_pod_annotations: true,
      enable_discovery_of_prometheus_service_annotations: true,
      enable_discovery_of_prometheus_pod_monitors: true,
      enable_discovery_of_prometheus_service_monitors: true,
      global_tags: { instance: '__kubernetes_mate_instance' },
      instances: [
        {
          role: 'pod',
          namespaces: ['prod'],
          selector: 'app=reviews',
          scrape: 'true',
          scheme: 'https',
          port: '15020',
          path: '/stats/prometheus',
          params: 'filter=istio',
          http_headers: { Accept: 'text/plain' },
          custom: {
            measurement: 'istio_prom',
            job_as_measurement: true,
            tags: { pod_name: '__kubernetes_pod_name' },
          },
          auth: {
            bearer_token_file: '/var/run/token',
            tls_config: {
              insecure_skip_verify: true,
              ca_certs: ['/ca.crt'],
              cert: '/tls.crt',
              cert_key: '/tls.key',
              server_name: 'reviews',
            },
          },
        },
      ],
    });
  });

  it('takes the sidecars, and placeholders of the role', () => {
    expect(problems(sidecarTarget(['prod']))).toEqual([]);
    expect(problems({ role: 'pod', port: '__kubernetes_pod_container_nginx_port_metrics_number' })).toEqual(
      [],
    );
    expect(problems({ role: 'service', port: '__kubernetes_endpoints_port_metrics_number' })).toEqual([]);
  });

  it.each([
    [{ role: 'pod', port: '__kubernetes_node_kubelet_endpoint_port' }, ['.port']],
    [{ role: 'node', port: '1', custom: { tags: { pod: '__kubernetes_pod_name' } } }, ['.custom']],
    [{ role: 'pod', port: '0' }, ['.port']],
    [{ role: 'pod', port: '65536' }, ['.port']],
    [{ role: 'pod', port: 'http' }, ['.port']],
    [
      { role: 'pod', port: '80', scheme: 'ftp', path: 'metrics', scrape: 'yes' },
      ['.scrape', '.scheme', '.path'],
    ],
    [{ role: 'pods', port: '80' }, ['.role']],
  ])('refuses %j', (target, places) => {
    expect(problems(target as ScrapeTarget)).toEqual(
      places.map((place) => `kubernetesprometheus.instances[0]${place}`),
    );
  });
});
