/** Which kinds of metric families DataKit keeps; it drops the rest. */
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary';

/**
 * Settings of DataKit's `prom` collector that take effect when it is started by a pod's annotation.
 *
 * DataKit ignores keys it does not know without a word, so this type is the only guard against a misspelt one. Left
 * out on purpose are keys that the annotation ignores: election, honor_timestamps, keep_exist_metric_name,
 * stream_size, disable_host_tag and disable_instance_tag.
 */
export interface PromSettings {
  /** The exporter. `$IP`, `$NAMESPACE`, `$PODNAME` and `$NODENAME` are filled in by DataKit, pod by pod. */
  readonly url: string;
  /** The collector's name in DataKit's own log and monitor. */
  readonly source: string;
  readonly metricTypes: readonly MetricType[];
  /** Time between two scrapes as a Go duration, 1s to 5m. */
  readonly interval: string;
  /** Time after which a scrape is given up, as a Go duration, 1s to 5m. Default: DataKit's, 30s. */
  readonly timeout?: string;
  /** The measurement all metrics go to; without it DataKit cuts a name out of each metric's. */
  readonly measurementName?: string;
  readonly measurementPrefix?: string;
  /** Regular expressions over metric FAMILY names: `istio_requests_total` is one, `..._bucket` never is. */
  readonly metricNameFilter?: readonly string[];
  /** As `metricNameFilter`, and stronger. */
  readonly metricNameFilterIgnore?: readonly string[];
  readonly tagsIgnore?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

/** How each setting is spelt in DataKit's TOML. The compiler keeps this table complete. */
export const promKeys: Readonly<Record<keyof PromSettings, string>> = {
  url: 'url',
  source: 'source',
  metricTypes: 'metric_types',
  interval: 'interval',
  timeout: 'timeout',
  measurementName: 'measurement_name',
  measurementPrefix: 'measurement_prefix',
  metricNameFilter: 'metric_name_filter',
  metricNameFilterIgnore: 'metric_name_filter_ignore',
  tagsIgnore: 'tags_ignore',
  tags: 'tags',
};

/** The settings for a pod with an Istio sidecar; `source` tells the collectors apart. */
export function sidecarProm(source: string): PromSettings {
  return {
    // The agent's merged endpoint: Envoy's, the agent's and the application's metrics, in plain text under STRICT mTLS too.
    url: 'http://$IP:15020/stats/prometheus',
    source,
    metricTypes: ['counter', 'gauge', 'histogram'],
    interval: '10s',
    measurementName: 'istio_prom',
    tags: { namespace: '$NAMESPACE', pod_name: '$PODNAME' },
  };
}
