import type { Located } from '../../validation';
import {
  duration,
  file,
  flag,
  headers,
  list,
  map,
  oneOf,
  optional,
  regex,
  required,
  table,
  tags,
  text,
  type Fields,
} from '../table';

/** Which kinds of metric families DataKit keeps; it drops the rest. */
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary';

/** Metrics that go to a measurement of their own; it beats `measurementName` and cuts the prefix off. */
export interface MeasurementRule {
  /** What the metric's name begins with, e.g. `pilot_`. */
  readonly prefix: string;
  readonly name: string;
}

export interface TagsRename {
  /** Whether a tag that bears the new name already is overwritten. Default false. */
  readonly overwriteExistTags?: boolean;
  /** New names by old ones. */
  readonly mapping: Readonly<Record<string, string>>;
}

export interface AsLogging {
  readonly enable: boolean;
  /** The service the lines are filed under. */
  readonly service?: string;
}

/** How a scrape proves who asks. A token in plain text is left out on purpose: the file is a ConfigMap. */
export interface PromAuth {
  readonly type: 'bearer_token';
  /** File of the token in DataKit's container. */
  readonly tokenFile: string;
}

/** What the `prom` collector understands wherever it is configured. */
export interface PromCommon {
  /** The collector's name in DataKit's own log and monitor. */
  readonly source: string;
  /** Kinds of families that are kept. */
  readonly metricTypes: readonly MetricType[];
  /** Time between two scrapes as a Go duration, 1s to 5m. */
  readonly interval: string;
  /** Time after which a scrape is given up, as a Go duration, 1s to 5m. Default: DataKit's, 30s. */
  readonly timeout?: string;
  /** Whether a scrape that fails is passed over without an error. Default false. */
  readonly ignoreReqErr?: boolean;
  /** The measurement all metrics go to; without it DataKit cuts a name out of each metric's. */
  readonly measurementName?: string;
  readonly measurementPrefix?: string;
  readonly measurements?: readonly MeasurementRule[];
  /** Regular expressions over metric FAMILY names: `istio_requests_total` is one, `..._bucket` never is. */
  readonly metricNameFilter?: readonly string[];
  /** As `metricNameFilter`, and stronger. */
  readonly metricNameFilterIgnore?: readonly string[];
  readonly tagsIgnore?: readonly string[];
  readonly tagsRename?: TagsRename;
  /** Drops series by tag: regular expressions over values, by the tag's name. */
  readonly ignoreTagKvMatch?: Readonly<Record<string, readonly string[]>>;
  readonly httpHeaders?: Readonly<Record<string, string>>;
  readonly auth?: PromAuth;
  /** Unix socket to ask instead of the host in the address. */
  readonly udsPath?: string;
  /** Sends the metrics as lines of log. */
  readonly asLogging?: AsLogging;
  /** Leaves out the tags of `info` metrics. Default false. */
  readonly disableInfoTag?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

export const promCommon = {
  source: required('source', text('prom-istiod')),
  metricTypes: required(
    'metric_types',
    list(oneOf('counter', 'gauge', 'histogram', 'summary'), { filled: true }),
  ),
  interval: required('interval', duration('1s', '5m')),
  timeout: optional('timeout', duration('1s', '5m')),
  ignoreReqErr: optional('ignore_req_err', flag),
  measurementName: optional('measurement_name', text('istio_prom')),
  measurementPrefix: optional('measurement_prefix', text('mesh_')),
  measurements: optional(
    'measurements',
    list(
      table<MeasurementRule>({
        prefix: required('prefix', text('pilot_')),
        name: required('name', text('pilot')),
      }),
    ),
  ),
  metricNameFilter: optional('metric_name_filter', list(regex)),
  metricNameFilterIgnore: optional('metric_name_filter_ignore', list(regex)),
  tagsIgnore: optional('tags_ignore', list(text('pod_hash'))),
  tagsRename: optional(
    'tags_rename',
    table<TagsRename>({
      overwriteExistTags: optional('overwrite_exist_tags', flag),
      mapping: required('mapping', map(text('new_name'))),
    }),
  ),
  ignoreTagKvMatch: optional('ignore_tag_kv_match', map(list(regex, { filled: true }))),
  httpHeaders: optional('http_headers', headers),
  auth: optional(
    'auth',
    table<PromAuth>({
      type: required('type', oneOf('bearer_token')),
      tokenFile: required('token_file', file),
    }),
  ),
  udsPath: optional('uds_path', file),
  asLogging: optional(
    'as_logging',
    table<AsLogging>({
      enable: required('enable', flag),
      service: optional('service', text('istiod')),
    }),
  ),
  disableInfoTag: optional('disable_info_tag', flag),
  tags: optional('tags', tags),
} satisfies Fields<PromCommon>;

/** A client certificate is of no use without its key, nor the key without the certificate. */
export function certificatePair(cert: unknown, key: unknown, name: string): readonly Located[] {
  return (cert === undefined) === (key === undefined)
    ? []
    : [
        {
          key: name,
          finding: ['stands alone', 'give the certificate and its key together, or leave both out'],
        },
      ];
}
