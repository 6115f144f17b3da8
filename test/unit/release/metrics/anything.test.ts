import * as fc from 'fast-check';
import { istioNames, NotExposition, samplesOf } from '../../../../release/metrics';
import {
  readIstio,
  readStatsJson,
  readStatsPrometheus,
} from '../../../../release/metrics/sources/envoy/stats';
import { readGuance } from '../../../../release/metrics/sources/guance/answer';
import { readParts } from '../../../../release/metrics/sources/prometheus/answer';
import { SourceTrouble } from '../../../../release/metrics/trouble';
import { mutated, seed } from '../../mutated';

const scope = { service: 'reviews', namespace: 'prod', versions: ['v1', 'v2'] };
const cluster = 'outbound|9080|v2|reviews.prod.svc.cluster.local';

const envoy = {
  stats: [
    { name: 'server.uptime', value: 12 },
    { name: `cluster.${cluster}.upstream_rq_total`, value: 3 },
    { name: `cluster.${cluster}.upstream_rq_2xx`, value: 2 },
    { name: `cluster.${cluster}.upstream_rq_5xx`, value: 1 },
    {
      histograms: [
        {
          name: `cluster.${cluster}.upstream_rq_time`,
          buckets: [
            { upper_bound: 5, cumulative: 2 },
            { upper_bound: 10, cumulative: 3 },
          ],
        },
      ],
    },
  ],
};

const guance = {
  code: 200,
  success: true,
  content: {
    data: [
      {
        ...{ is_running: false, next_cursor_time: -1, sample: 1 },
        series: [
          {
            ...{ name: 'istio_prom', columns: ['time', 'value'], tags: { destination_version: 'v2' } },
            values: [
              [1_800_000_000_000, 1],
              [1_800_000_010_000, 4],
            ],
          },
        ],
      },
    ],
  },
};

const prometheus = [
  '# TYPE envoy_server_uptime gauge',
  'envoy_server_uptime{} 12',
  `envoy_cluster_upstream_rq_xx{envoy_response_code_class="5",envoy_cluster_name="${cluster}"} 1`,
  `envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="${cluster}",le="5"} 2`,
  `envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="${cluster}",le="+Inf"} 3`,
].join('\n');

/** A reading, or trouble with a reason. Anything else that is thrown fails the test. */
function isAnswered(read: () => unknown): 'reading' | 'trouble' {
  try {
    read();
    return 'reading';
  } catch (error) {
    if (!(error instanceof SourceTrouble) || error.message === '') throw error;
    return 'trouble';
  }
}

function holds(wrong: fc.Arbitrary<string>, right: string, read: (text: string) => unknown): void {
  expect(isAnswered(() => read(right))).toBe('reading');
  const answers = new Set<string>();
  fc.assert(
    fc.property(wrong, (text) => {
      answers.add(isAnswered(() => read(text)));
    }),
    { numRuns: 300, seed },
  );
  expect([...answers].sort()).toEqual(['reading', 'trouble']);
}

/** Parts of a text cut out, repeated or replaced. */
const cut = (text: string) =>
  fc
    .tuple(
      fc.nat(text.length),
      fc.nat(text.length),
      fc.oneof(fc.string(), fc.constant('NaN'), fc.constant('\n')),
    )
    .map(([a, b, middle]) => text.slice(0, Math.min(a, b)) + middle + text.slice(Math.max(a, b)));

const anyJson = (right: object) =>
  fc.oneof(
    mutated(right).map((each) => JSON.stringify(each)),
    cut(JSON.stringify(right)),
  );

test('whatever an Envoy sends as JSON is a reading or trouble', () => {
  holds(anyJson(envoy), JSON.stringify(envoy), (text) => readStatsJson(text, scope, 'an Envoy'));
});

test('whatever an Envoy sends as text is a reading or trouble', () => {
  holds(cut(prometheus), prometheus, (text) => readStatsPrometheus(text, scope, 'an Envoy'));
});

test('whatever Guance sends is a reading or trouble', () => {
  holds(anyJson(guance), JSON.stringify(guance), (text) => readGuance(text, 1, 100, 'Guance'));
});

const istio = [
  'istio_requests_total{reporter="source",destination_service_name="reviews",destination_service_namespace="prod",destination_version="v2",response_code="200"} 3',
  'envoy_server_uptime{} 12',
].join('\n');

test('whatever a sidecar sends is a reading or trouble', () => {
  holds(cut(istio), istio, (text) => readIstio(text, istioNames(scope), 'an Envoy'));
});

const vector = {
  status: 'success',
  isPartial: false,
  data: {
    resultType: 'vector',
    result: [
      { metric: { canary_part: 'requests', destination_version: 'v2' }, value: [1_800_000_000, '3'] },
      { metric: { canary_part: 'read', pod: 'a' }, value: [1_800_000_000, '1799999999'] },
    ],
  },
  warnings: [],
};

test('whatever a Prometheus sends is a reading or trouble', () => {
  holds(anyJson(vector), JSON.stringify(vector), (text) => readParts(text, 0, 'Prometheus'));
});

test('any text is samples or none of the format', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      try {
        for (const { name } of samplesOf(text)) expect(name).not.toBe('');
      } catch (error) {
        if (!(error instanceof NotExposition)) throw error;
      }
    }),
  );
});
