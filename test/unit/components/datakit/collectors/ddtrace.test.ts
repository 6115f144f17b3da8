import {
  ddtrace,
  defaultDdtrace,
  renderCollector,
  type DdtraceSettings,
} from '../../../../../components/datakit/pure';
import { placesOf, readBack, type Every } from '../support';

const every: Every<DdtraceSettings> = {
  endpoints: ['/v0.4/traces'],
  compatibleOtel: true,
  traceId64BitHex: true,
  trace128BitId: false,
  apmtelemetryRouteEnable: false,
  traceMaxSpans: -1,
  maxTraceBodyMb: 64,
  noStreaming: true,
  customerTags: ['project'],
  omitErrStatus: ['404'],
  tracingMetricEnable: true,
  tracingMetricTagBlacklist: ['resource'],
  tracingMetricTagWhitelist: ['project'],
  keepRareResource: true,
  delMessage: true,
  closeResource: { ratings: ['x'] },
  sampler: { samplingRate: 0 },
  tags: { a: 'b' },
  threads: { buffer: 1, threads: 1 },
  storage: { path: '/cache', capacity: 1 },
};

describe('ddtrace', () => {
  it('spells every setting as DataKit does', () => {
    expect(readBack(ddtrace, every)).toEqual({
      endpoints: ['/v0.4/traces'],
      compatible_otel: true,
      trace_id_64_bit_hex: true,
      trace_128_bit_id: false,
      apmtelemetry_route_enable: false,
      trace_max_spans: -1n,
      max_trace_body_mb: 64n,
      no_streaming: true,
      customer_tags: ['project'],
      omit_err_status: ['404'],
      tracing_metric_enable: true,
      tracing_metric_tag_blacklist: ['resource'],
      tracing_metric_tag_whitelist: ['project'],
      keep_rare_resource: true,
      del_message: true,
      close_resource: { ratings: ['x'] },
      sampler: { sampling_rate: 0 },
      tags: { a: 'b' },
      threads: { buffer: 1n, threads: 1n },
      storage: { path: '/cache', capacity: 1n },
    });
  });

  it('writes ids as the sidecars do by default', () => {
    expect(readBack(ddtrace, defaultDdtrace)).toEqual({
      endpoints: ['/v0.3/traces', '/v0.4/traces', '/v0.5/traces'],
      trace_id_64_bit_hex: true,
    });
  });

  it('refuses to listen nowhere', () => {
    expect(placesOf(() => renderCollector(ddtrace, { endpoints: [], traceMaxSpans: -2 }))).toEqual([
      'ddtrace.endpoints',
      'ddtrace.traceMaxSpans',
    ]);
  });
});
