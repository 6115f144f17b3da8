'use strict';
// Reads a large answer of a kind, in a process whose heap its caller bounds. Not a test by itself: hostile.test.ts starts it.
const { buildSync } = require('esbuild');
const path = require('node:path');
const Module = require('node:module');

const root = path.join(__dirname, '..', '..', '..', '..');
const built = buildSync({
  stdin: {
    contents: `
      export { readIstio, readStatsJson, readStatsPrometheus } from './release/metrics/sources/envoy/stats';
      export { readParts } from './release/metrics/sources/prometheus/answer';
      export { istioNames } from './release/metrics/meaning/names';`,
    resolveDir: root,
    loader: 'ts',
  },
  ...{ bundle: true, platform: 'node', format: 'cjs', packages: 'external', write: false },
});
const text = built.outputFiles?.[0]?.text ?? '';
const bundle = new Module(path.join(root, 'bundle.js'));
bundle.paths = [path.join(root, 'node_modules')];
/** @type {{ _compile(code: string, name: string): void } & NodeModule} */ (
  /** @type {unknown} */ (bundle)
)._compile(text, path.join(root, 'bundle.js'));
const { readIstio, readStatsJson, readStatsPrometheus, readParts, istioNames } = bundle.exports;

const MIB = 1 << 20;
const scope = { service: 'reviews', namespace: 'prod', versions: ['v1', 'v2'] };

/**
 * @param {(n: number) => string} line
 * @param {string} [between]
 */
function fill(line, between = '\n') {
  const lines = [];
  for (let n = 0, size = 0; size < 15 * MIB; n += 1) {
    const one = line(n);
    size += one.length + between.length;
    lines.push(one);
  }
  return lines.join(between);
}

/** @type {Record<string, () => { readonly requests: readonly unknown[] }>} */
const kinds = {
  // As in a large mesh: one series in thousands is of the service.
  istio: () =>
    readIstio(
      fill(
        (n) =>
          `istio_requests_total{reporter="source",source_workload="web-${n}",destination_service_name="${n % 2_000 === 0 ? 'reviews' : 'other'}",destination_service_namespace="prod",destination_version="v1",response_code="200",n="${n}"} ${n}`,
      ),
      istioNames(scope),
      'it',
    ),
  clusters: () =>
    readStatsPrometheus(
      `envoy_server_uptime{} 1\n${fill((n) => `envoy_cluster_upstream_rq_xx{envoy_response_code_class="2",envoy_cluster_name="outbound|9080|v1|${n % 2_000 === 0 ? 'reviews' : `x${n}`}.prod.svc"} ${n}`)}`,
      scope,
      'it',
    ),
  json: () =>
    readStatsJson(
      `{"stats":[{"name":"server.uptime","value":1},${fill((n) => `{"name":"cluster.outbound|9080|v1|${n % 2_000 === 0 ? 'reviews' : `x${n}`}.prod.svc.upstream_rq_2xx","value":${n}}`, ',')}]}`,
      scope,
      'it',
    ),
  // All of it is wanted: what a look of the largest mesh is.
  prometheus: () =>
    readParts(
      `{"status":"success","data":{"resultType":"vector","result":[${fill((n) => `{"metric":{"canary_part":"requests","pod":"web-${n}","namespace":"prod","job":"pods","instance":"10.0.0.1:15020","destination_version":"v1","response_code":"200","response_flags":"-"},"value":[1800000000,"${n}"]}`, ',')}]}}`,
      0,
      'it',
    ),
};

const { requests } = (kinds[process.argv[2] ?? ''] ?? (() => ({ requests: [] })))();
console.log(`read ${requests.length} counters of 15 MiB`);
