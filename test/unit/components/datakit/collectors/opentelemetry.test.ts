import {
  defaultOpentelemetry,
  opentelemetry,
  renderCollector,
  type OpentelemetrySettings,
} from '../../../../../components/datakit/pure';
import { placesOf, readBack, type Every } from '../support';

const every: Every<OpentelemetrySettings> = {
  customerTags: ['project', 'reg:key_*'],
  omitErrStatus: ['404'],
  tracingMetricEnable: true,
  tracingMetricTagBlacklist: ['resource'],
  tracingMetricTagWhitelist: ['project'],
  keepRareResource: true,
  delMessage: true,
  closeResource: { '*': ['/health'] },
  sampler: { samplingRate: 0.5 },
  tags: { project: 'bookinfo' },
  threads: { buffer: 10, threads: 2 },
  storage: { path: '/cache', capacity: 10 },
  http: { httpStatusOk: 202, traceApi: '/t', metricApi: '/m', logsApi: '/l' },
  grpc: { addr: '0.0.0.0:4317', maxPayload: 1024 },
  customerTagsAll: true,
  logMax: 100,
  compatibleDdtrace: true,
  cleanMessage: false,
  splitServiceName: false,
  expectedHeaders: { 'X-Version': '1' },
  jmarshaler: 'gojson',
};

describe('opentelemetry', () => {
  it('spells every setting as DataKit does', () => {
    expect(readBack(opentelemetry, every)).toEqual({
      customer_tags: ['project', 'reg:key_*'],
      omit_err_status: ['404'],
      tracing_metric_enable: true,
      tracing_metric_tag_blacklist: ['resource'],
      tracing_metric_tag_whitelist: ['project'],
      keep_rare_resource: true,
      del_message: true,
      close_resource: { '*': ['/health'] },
      sampler: { sampling_rate: 0.5 },
      tags: { project: 'bookinfo' },
      threads: { buffer: 10n, threads: 2n },
      storage: { path: '/cache', capacity: 10n },
      http: { http_status_ok: 202n, trace_api: '/t', metric_api: '/m', logs_api: '/l' },
      grpc: { addr: '0.0.0.0:4317', max_payload: 1024n },
      customer_tags_all: true,
      log_max: 100n,
      compatible_ddtrace: true,
      clean_message: false,
      spilt_service_name: false,
      expected_headers: { 'X-Version': '1' },
      jmarshaler: 'gojson',
    });
  });

  it('listens where pods reach it by default', () => {
    expect(readBack(opentelemetry, defaultOpentelemetry)).toEqual({
      http: { http_status_ok: 200n },
      grpc: { addr: '0.0.0.0:4317' },
    });
  });

  it.each([
    [{}, ['opentelemetry.http']],
    [{ grpc: { addr: '4317' } }, ['opentelemetry.grpc.addr']],
    [{ grpc: {} }, ['opentelemetry.grpc.addr']],
    [{ http: { httpStatusOk: 204 } }, ['opentelemetry.http.httpStatusOk']],
    [{ http: {}, jmarshaler: 'json' }, ['opentelemetry.jmarshaler']],
  ])('refuses %j', (settings, places) => {
    expect(placesOf(() => renderCollector(opentelemetry, settings as OpentelemetrySettings))).toEqual(places);
  });
});
