import { file, flag, optional, required, ruled, table, url, type Kind } from './table';
import { certificatePair, promCommon, type PromCommon } from './collectors/promFields';

export type { MetricType } from './collectors/promFields';

/**
 * Settings of DataKit's `prom` collector that take effect when it is started by a pod's annotation.
 *
 * DataKit ignores keys it does not know without a word, so this type is the only guard against a misspelt one. Left
 * out on purpose are keys that the annotation ignores: election, honor_timestamps, keep_exist_metric_name,
 * stream_size, disable_host_tag and disable_instance_tag. The keys for TLS differ from those in a file.
 */
export interface PromSettings extends PromCommon {
  /** The exporter. `$IP`, `$NAMESPACE`, `$PODNAME` and `$NODENAME` are filled in by DataKit, pod by pod. */
  readonly url: string;
  /** Whether the files below are used. Default false. */
  readonly tlsOpen?: boolean;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly insecureSkipVerify?: boolean;
  /** File of a token in DataKit's container. */
  readonly bearerTokenFile?: string;
}

/** How each setting is spelt in DataKit's TOML. */
export const promInstance: Kind<PromSettings> = ruled(
  table<PromSettings>({
    url: required('url', url),
    ...promCommon,
    tlsOpen: optional('tls_open', flag),
    tlsCa: optional('tls_ca', file),
    tlsCert: optional('tls_cert', file),
    tlsKey: optional('tls_key', file),
    insecureSkipVerify: optional('insecure_skip_verify', flag),
    bearerTokenFile: optional('bearer_token_file', file),
  }),
  ({ tlsCert, tlsKey }) => certificatePair(tlsCert, tlsKey, 'tlsCert'),
);

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
