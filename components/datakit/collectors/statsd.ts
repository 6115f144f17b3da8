import {
  address,
  duration,
  file,
  flag,
  fraction,
  list,
  oneOf,
  optional,
  ruled,
  table,
  tags,
  text,
  whole,
} from '../table';
import type { Collector } from './collector';

/**
 * Takes in StatsD and DogStatsD metrics.
 *
 * `parse_data_dog_tags`, which DataKit's sample has, is left out: DataKit reads it under another spelling and calls it
 * deprecated in favour of `datadog_extensions`.
 */
export interface StatsdSettings {
  /** The collector's name in DataKit's own log. Default statsd/-/-. */
  readonly source?: string;
  /** Time between two hand-overs, 1s to 1m. Default 10s. */
  readonly interval?: string;
  /** Default udp, which the Service's port 8125 is for. */
  readonly protocol?: 'udp' | 'tcp';
  /** Default /var/run/datakit/statsd.sock. */
  readonly serviceUnixAddress?: string;
  /** Default :8125. */
  readonly serviceAddress?: string;
  /** Tag whose value names the source. */
  readonly statsdSourceKey?: string;
  readonly statsdHostKey?: string;
  /** Whether those two tags are kept. Default false. */
  readonly saveAboveKey?: boolean;
  /** Messages that may wait; more are dropped. Default 128. */
  readonly allowedPendingMessages?: number;
  /** Percentiles made of timings and histograms, 0 to 100. */
  readonly percentiles?: readonly number[];
  /** Values remembered for percentiles, by metric. DataKit's sample has 1000. */
  readonly percentileLimit?: number;
  /** Whether gauges are forgotten after a hand-over; so for the next three. Default true. */
  readonly deleteGauges?: boolean;
  readonly deleteCounters?: boolean;
  readonly deleteSets?: boolean;
  readonly deleteTimings?: boolean;
  /** Writes counters as integers. Default false. */
  readonly setCounterInt?: boolean;
  /** Default `_`. */
  readonly metricSeparator?: string;
  /** Reads Datadog's tags, events and types. */
  readonly datadogExtensions?: boolean;
  /** Reads Datadog's distributions; asks for `datadogExtensions`. */
  readonly datadogDistributions?: boolean;
  /** Bytes. */
  readonly readBufferSize?: number;
  readonly dropTags?: readonly string[];
  /** Measurements by prefix of the metric's name, each `<prefix>:<measurement>`. */
  readonly metricMapping?: readonly string[];
  /** Default 250. */
  readonly maxTcpConnections?: number;
  /** Default false. */
  readonly tcpKeepAlive?: boolean;
  /** Time after which a metric that no longer comes is forgotten. Default: never. */
  readonly maxTtl?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

const mapping = text('jvm_:jvm', (value) =>
  /^[^\s:]+:[^\s:]+$/.test(value)
    ? undefined
    : [`is ${JSON.stringify(value)}`, 'write <prefix>:<measurement>, such as jvm_:jvm'],
);

export const statsd: Collector<StatsdSettings> = {
  input: 'statsd',
  form: 'list',
  kind: ruled(
    table<StatsdSettings>({
      source: optional('source', text('statsd/-/-')),
      interval: optional('interval', duration('1s', '1m')),
      protocol: optional('protocol', oneOf('udp', 'tcp')),
      serviceUnixAddress: optional('service_unix_address', file),
      serviceAddress: optional('service_address', address),
      statsdSourceKey: optional('statsd_source_key', text('source_key')),
      statsdHostKey: optional('statsd_host_key', text('host_key')),
      saveAboveKey: optional('save_above_key', flag),
      allowedPendingMessages: optional('allowed_pending_messages', whole(1)),
      percentiles: optional('percentiles', list(fraction(0, 100))),
      percentileLimit: optional('percentile_limit', whole(1)),
      deleteGauges: optional('delete_gauges', flag),
      deleteCounters: optional('delete_counters', flag),
      deleteSets: optional('delete_sets', flag),
      deleteTimings: optional('delete_timings', flag),
      setCounterInt: optional('set_counter_int', flag),
      metricSeparator: optional('metric_separator', text('_')),
      datadogExtensions: optional('datadog_extensions', flag),
      datadogDistributions: optional('datadog_distributions', flag),
      readBufferSize: optional('read_buffer_size', whole(1)),
      dropTags: optional('drop_tags', list(text('runtime-id'))),
      metricMapping: optional('metric_mapping', list(mapping)),
      maxTcpConnections: optional('max_tcp_connections', whole(1)),
      tcpKeepAlive: optional('tcp_keep_alive', flag),
      maxTtl: optional('max_ttl', duration('1s')),
      tags: optional('tags', tags),
    }),
    ({ datadogExtensions, datadogDistributions }) =>
      datadogDistributions === true && datadogExtensions !== true
        ? [
            {
              key: 'datadogDistributions',
              finding: ['has no effect without datadogExtensions', 'set datadogExtensions: true'],
            },
          ]
        : [],
  ),
};

/** DataKit's own sample. */
export const defaultStatsd: StatsdSettings = {
  protocol: 'udp',
  serviceAddress: ':8125',
  percentiles: [50, 90, 99, 99.9, 99.95, 100],
  percentileLimit: 1000,
  datadogExtensions: true,
  datadogDistributions: true,
};
