import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Look, type Measured, type MetricSource, prometheusSource } from '../../release/metrics';
import { PrometheusServer } from '../support/prometheusServer';
import { until } from '../support/until';

/** What a played sidecar has counted so far; the tests count on. */
const counted = { v1: 5_000, v2: 0, failed: 0, unreached: 0 };

const line = (version: string, code: string, flags: string, workload: string, value: number) =>
  value === 0
    ? []
    : [
        `istio_requests_total{reporter="source",source_workload="web",destination_workload="${workload}",destination_version="${version}",destination_canonical_revision="${workload === 'unknown' ? 'latest' : workload.slice(-2)}",destination_service_name="reviews",destination_service_namespace="prod",request_protocol="http",response_code="${code}",response_flags="${flags}",grpc_response_status="",connection_security_policy="unknown"} ${value}`,
      ];

/** A sidecar as Istio's filter writes it: connection failures name no version (envoyproxy/envoy contrib/istio, istio_stats.cc). */
const sidecar = createServer((_, response) => {
  const { v1, v2, failed, unreached } = counted;
  const buckets = [10, Infinity].flatMap((bound) =>
    v2 === 0
      ? []
      : [
          `istio_request_duration_milliseconds_bucket{reporter="source",destination_workload="reviews-v2",destination_version="v2",destination_canonical_revision="v2",destination_service_name="reviews",destination_service_namespace="prod",response_code="200",response_flags="-",le="${bound === Infinity ? '+Inf' : bound}"} ${v2}`,
        ],
  );
  response.end(
    [
      ...line('v1', '200', '-', 'reviews-v1', v1),
      ...line('v2', '200', '-', 'reviews-v2', v2),
      ...line('unknown', '503', 'UF,URX', 'reviews-v2', failed),
      ...line('unknown', '503', 'UH', 'unknown', unreached),
      ...buckets,
      '',
    ].join('\n'),
  );
});

let server: PrometheusServer;
let source: MetricSource;

beforeAll(async () => {
  await new Promise<void>((resolve) => sidecar.listen(0, '127.0.0.1', resolve));
  const target = `127.0.0.1:${(sidecar.address() as AddressInfo).port}`;
  const job = (name: string) => ({
    job_name: name,
    static_configs: [{ targets: [target], labels: { namespace: 'prod', pod: 'web' } }],
  });
  // Two jobs scrape the same sidecar, as annotations and a PodMonitor do in many clusters.
  server = await PrometheusServer.of({
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [job('kubernetes-pods'), job('envoy-stats')],
  });
  source = prometheusSource({ url: server.url, scrapeIntervalMs: 1_000 });
});

afterAll(async () => {
  await server?.end();
  sidecar.close();
  sidecar.closeAllConnections();
});

const of = (look: Look, version: string): Measured | undefined => {
  const found = look.evidence[version];
  return found?.kind === 'measured' ? found : undefined;
};

test('a real Prometheus: once for two jobs, nothing of before, births whole, failures as whose they are', async () => {
  const counts = `sum(istio_requests_total{job="envoy-stats"})`;
  await until('the sidecar is scraped', async () => ((await server.value(counts)) ?? 0) >= 5_000);
  const observation = await source.begin({ service: 'reviews', namespace: 'prod', versions: ['v1', 'v2'] });
  let look = await observation.look();
  // A scrape after the beginning is the base line; only then is anything counted on.
  await until('it was scraped since', async () => {
    look = await observation.look();
    const v1 = of(look, 'v1');
    return v1?.completeTo !== undefined && v1.completeTo > v1.window.from;
  });
  expect(of(look, 'v1')?.requests).toBe(0);
  Object.assign(counted, { v1: 5_090, v2: 7, failed: 3, unreached: 2 });
  await until('all of it is counted', async () => {
    look = await observation.look();
    return (of(look, 'v2')?.requests ?? 0) >= 10 && look.unattributed?.requests === 2;
  });
  // Another look or two, in which the other job's copy comes along.
  await sleep(2_000);
  look = await observation.look();
  expect(of(look, 'v1')).toMatchObject({ requests: 90, errors: 0 });
  expect(of(look, 'v2')).toMatchObject({
    ...{ requests: 10, errors: 3, attributed: 3 },
    latency: { bounds: [10], counts: [7, 0] },
  });
  expect(look.unattributed).toMatchObject({ requests: 2, errors: 2 });
});
