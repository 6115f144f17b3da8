import { file, flag, list, optional, ruled, table, text, url, whole } from '../table';
import type { Located } from '../../validation';
import type { Collector } from './collector';
import { certificatePair, promCommon, type PromCommon } from './promFields';

/**
 * Scrapes exporters that have an address of their own, such as istiod.
 *
 * Keys for debugging (`output`, `max_file_size`), those that DataKit calls deprecated (`tls_*`) and those that put a
 * private key into the file (`cert_key_base64`) are left out on purpose.
 */
export interface PromCollectorSettings extends PromCommon {
  /** The exporter. DataKit calls this key deprecated and still reads it; `urls` does the same for several. */
  readonly url?: string;
  readonly urls?: readonly string[];
  /** Size of the parts in which an answer is worked through; 0 takes it whole. Default 1. */
  readonly streamSize?: number;
  /** Whether fields bear the metric's full name where a measurement name was cut out of it. Default false. */
  readonly keepExistMetricName?: boolean;
  /** Whether the exporter's times are taken, else the time of the scrape. Default true. */
  readonly honorTimestamps?: boolean;
  /**
   * Whether one node of the cluster scrapes for all. Default true: such a collector waits until the centre grants the
   * election. False makes every node scrape, which counts a central exporter as often as there are nodes.
   */
  readonly election?: boolean;
  readonly disableHostTag?: boolean;
  readonly disableInstanceTag?: boolean;
  readonly insecureSkipVerify?: boolean;
  readonly caCerts?: readonly string[];
  readonly cert?: string;
  readonly certKey?: string;
  /** The name the exporter's certificate must bear. */
  readonly serverName?: string;
}

function check({ url: single, urls, cert, certKey }: PromCollectorSettings): readonly Located[] {
  const targets: Located[] =
    single === undefined && (urls === undefined || urls.length === 0)
      ? [{ key: 'url', finding: ['is missing, as is urls', 'name the exporter'] }]
      : single !== undefined && urls !== undefined
        ? [{ key: 'url', finding: ['is ignored beside urls', 'move it into urls'] }]
        : [];
  return [...targets, ...certificatePair(cert, certKey, 'cert')];
}

export const prom: Collector<PromCollectorSettings> = {
  input: 'prom',
  form: 'list',
  kind: ruled(
    table<PromCollectorSettings>({
      url: optional('url', url),
      urls: optional('urls', list(url)),
      ...promCommon,
      streamSize: optional('stream_size', whole(0)),
      keepExistMetricName: optional('keep_exist_metric_name', flag),
      honorTimestamps: optional('honor_timestamps', flag),
      election: optional('election', flag),
      disableHostTag: optional('disable_host_tag', flag),
      disableInstanceTag: optional('disable_instance_tag', flag),
      insecureSkipVerify: optional('insecure_skip_verify', flag),
      caCerts: optional('ca_certs', list(file)),
      cert: optional('cert', file),
      certKey: optional('cert_key', file),
      serverName: optional('server_name', text('istiod.istio-system.svc')),
    }),
    check,
  ),
};

/** Scrapes the control plane's own metrics; `app_id` tells its series apart from the sidecars' in one measurement. */
export const istiodProm: PromCollectorSettings = {
  url: 'http://istiod.istio-system.svc.cluster.local:15014/metrics',
  source: 'prom-istiod',
  metricTypes: ['counter', 'gauge', 'histogram'],
  interval: '10s',
  measurementName: 'istio_prom',
  tags: { app_id: 'istiod' },
};
