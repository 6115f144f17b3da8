import {
  defaultStatsd,
  renderCollector,
  statsd,
  type StatsdSettings,
} from '../../../../../components/datakit/pure';
import { placesOf, readBack, type Every } from '../support';

const every: Every<StatsdSettings> = {
  source: 'statsd/a/b',
  interval: '1m',
  protocol: 'tcp',
  serviceUnixAddress: '/var/run/x.sock',
  serviceAddress: ':8125',
  statsdSourceKey: 'source_key',
  statsdHostKey: 'host_key',
  saveAboveKey: true,
  allowedPendingMessages: 1,
  percentiles: [50, 99.9],
  percentileLimit: 10,
  deleteGauges: false,
  deleteCounters: false,
  deleteSets: false,
  deleteTimings: false,
  setCounterInt: true,
  metricSeparator: '_',
  datadogExtensions: true,
  datadogDistributions: true,
  readBufferSize: 65536,
  dropTags: ['runtime-id'],
  metricMapping: ['jvm_:jvm'],
  maxTcpConnections: 5,
  tcpKeepAlive: true,
  maxTtl: '1000h',
  tags: { a: 'b' },
};

describe('statsd', () => {
  it('spells every setting as DataKit does', () => {
    expect(readBack(statsd, every)).toEqual({
      source: 'statsd/a/b',
      interval: '1m',
      protocol: 'tcp',
      service_unix_address: '/var/run/x.sock',
      service_address: ':8125',
      statsd_source_key: 'source_key',
      statsd_host_key: 'host_key',
      save_above_key: true,
      allowed_pending_messages: 1n,
      percentiles: [50, 99.9],
      percentile_limit: 10n,
      delete_gauges: false,
      delete_counters: false,
      delete_sets: false,
      delete_timings: false,
      set_counter_int: true,
      metric_separator: '_',
      datadog_extensions: true,
      datadog_distributions: true,
      read_buffer_size: 65536n,
      drop_tags: ['runtime-id'],
      metric_mapping: ['jvm_:jvm'],
      max_tcp_connections: 5n,
      tcp_keep_alive: true,
      max_ttl: '1000h',
      tags: { a: 'b' },
    });
  });

  it('writes percentiles as floats, as DataKit reads them', () => {
    expect(renderCollector(statsd, defaultStatsd)).toContain('percentiles = [ 50.0, 90.0, 99.0, 99.9');
  });

  it('names everything that is wrong at once', () => {
    expect(
      placesOf(() =>
        renderCollector(statsd, {
          interval: '61s',
          serviceAddress: ':0',
          percentiles: [101],
          metricMapping: ['jvm'],
        }),
      ),
    ).toEqual([
      'statsd.interval',
      'statsd.serviceAddress',
      'statsd.percentiles[0]',
      'statsd.metricMapping[0]',
    ]);
    expect(placesOf(() => renderCollector(statsd, { datadogDistributions: true }))).toEqual([
      'statsd.datadogDistributions',
    ]);
  });
});
