import { parse } from 'smol-toml';
import {
  istiodProm,
  prom,
  renderCollector,
  type PromCollectorSettings,
} from '../../../../../components/datakit/pure';
import { placesOf, problemsOf, readBack, type Every } from '../support';

/** The file as it stands in a hand-written ConfigMap, comments and odd indentation included. */
const handWritten = `
[[inputs.prom]]
  url = "http://istiod.istio-system.svc.cluster.local:15014/metrics"
  source = "prom-istiod"
  metric_types = ["counter", "gauge", "histogram"]
  interval = "10s"
  #measurement_prefix = ""
  measurement_name = "istio_prom"
  #[[inputs.prom.measurements]]
  # prefix = "cpu_"
  # name ="cpu"
  [inputs.prom.tags]
    app_id="istiod"
`;

const every: Omit<Every<PromCollectorSettings>, 'url'> = {
  urls: ['http://a:1/metrics', 'https://b/metrics'],
  source: 's',
  metricTypes: ['counter', 'gauge', 'histogram', 'summary'],
  interval: '15s',
  timeout: '5s',
  ignoreReqErr: true,
  measurementName: 'm',
  measurementPrefix: 'p_',
  measurements: [{ prefix: 'pilot_', name: 'pilot' }],
  metricNameFilter: ['^pilot_'],
  metricNameFilterIgnore: ['_debug$'],
  tagsIgnore: ['pod_hash'],
  tagsRename: { overwriteExistTags: true, mapping: { old: 'new' } },
  ignoreTagKvMatch: { env: ['test.*'] },
  httpHeaders: { Accept: 'text/plain' },
  auth: { type: 'bearer_token', tokenFile: '/var/run/token' },
  udsPath: '/var/run/x.sock',
  asLogging: { enable: false, service: 'istiod' },
  disableInfoTag: true,
  tags: { app_id: 'istiod' },
  streamSize: 0,
  keepExistMetricName: true,
  honorTimestamps: false,
  election: false,
  disableHostTag: true,
  disableInstanceTag: true,
  insecureSkipVerify: false,
  caCerts: ['/ca.crt'],
  cert: '/tls.crt',
  certKey: '/tls.key',
  serverName: 'istiod',
};

describe('prom', () => {
  it('says the same as the hand-written file', () => {
    expect(parse(renderCollector(prom, istiodProm))).toEqual(parse(handWritten));
  });

  it('spells every setting as DataKit does', () => {
    expect(readBack(prom, every)).toEqual({
      urls: ['http://a:1/metrics', 'https://b/metrics'],
      source: 's',
      metric_types: ['counter', 'gauge', 'histogram', 'summary'],
      interval: '15s',
      timeout: '5s',
      ignore_req_err: true,
      measurement_name: 'm',
      measurement_prefix: 'p_',
      measurements: [{ prefix: 'pilot_', name: 'pilot' }],
      metric_name_filter: ['^pilot_'],
      metric_name_filter_ignore: ['_debug$'],
      tags_ignore: ['pod_hash'],
      tags_rename: { overwrite_exist_tags: true, mapping: { old: 'new' } },
      ignore_tag_kv_match: { env: ['test.*'] },
      http_headers: { Accept: 'text/plain' },
      auth: { type: 'bearer_token', token_file: '/var/run/token' },
      uds_path: '/var/run/x.sock',
      as_logging: { enable: false, service: 'istiod' },
      disable_info_tag: true,
      tags: { app_id: 'istiod' },
      stream_size: 0n,
      keep_exist_metric_name: true,
      honor_timestamps: false,
      election: false,
      disable_host_tag: true,
      disable_instance_tag: true,
      insecure_skip_verify: false,
      ca_certs: ['/ca.crt'],
      cert: '/tls.crt',
      cert_key: '/tls.key',
      server_name: 'istiod',
    });
  });

  it('asks for one of url and urls, and no more', () => {
    expect(placesOf(() => renderCollector(prom, { ...istiodProm, url: undefined }))).toEqual(['prom.url']);
    expect(placesOf(() => renderCollector(prom, { ...istiodProm, urls: ['http://a/b'] }))).toEqual([
      'prom.url',
    ]);
  });

  it('refuses a certificate without its key', () => {
    expect(placesOf(() => renderCollector(prom, { ...istiodProm, cert: '/tls.crt' }))).toEqual(['prom.cert']);
  });

  it('refuses a credential in a header, without repeating it', () => {
    const problems = problemsOf(() =>
      renderCollector(prom, { ...istiodProm, httpHeaders: { Authorization: 'Basic marker' } }),
    );
    expect(problems).toEqual([
      'prom.httpHeaders.Authorization has a key that holds a credential in plain text',
    ]);
  });

  it('names everything that is wrong at once', () => {
    const settings = {
      ...istiodProm,
      url: 'istiod:15014',
      source: '',
      metricTypes: [],
      interval: '10m',
      timeout: '0s',
      metricNameFilter: ['(?!x)'],
      streamSize: -1,
    };
    expect(placesOf(() => renderCollector(prom, settings)).sort()).toEqual([
      'prom.interval',
      'prom.metricNameFilter[0]',
      'prom.metricTypes',
      'prom.source',
      'prom.streamSize',
      'prom.timeout',
      'prom.url',
    ]);
  });
});
