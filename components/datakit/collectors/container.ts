import type { Finding } from '../../validation';
import {
  duration,
  flag,
  label,
  list,
  map,
  optional,
  regex,
  required,
  table,
  tags,
  text,
  whole,
} from '../table';
import type { Collector } from './collector';

/**
 * Collects containers, pods and other objects, and the containers' logs.
 *
 * A file of one's own replaces the sample DataKit would start with, so it must name the runtimes' sockets too: without
 * `endpoints` nothing is collected. Variables `ENV_INPUT_CONTAINER_*` beat the file.
 */
export interface ContainerSettings {
  /** Sockets of container runtimes, `unix://…`; those that are not there are passed over. */
  readonly endpoints: readonly string[];
  /** 10s to 5m. Default 60s. */
  readonly metricCollectInterval?: string;
  /**
   * Time between two looks at the pods, 10s to 5m. Default 5m, which is how long the metrics of a new pod with a
   * scrape annotation may be missing. It cannot be set by a variable.
   */
  readonly objectCollectInterval?: string;
  /** Time between two looks for new logs, 10s to 5m. Default 60s. */
  readonly loggingSearchInterval?: string;
  /** Default true. */
  readonly enableContainerMetric?: boolean;
  /** Default true. */
  readonly enableK8sMetric?: boolean;
  /** Default false. */
  readonly enablePodMetric?: boolean;
  /** Default true. */
  readonly enableK8sEvent?: boolean;
  /** Whether each node looks after its own pods. Default true. */
  readonly enableK8sNodeLocal?: boolean;
  /** Default true. */
  readonly enableCollectK8sJob?: boolean;
  /** Pod labels that become tags of logs and objects; `[""]` takes all of them. */
  readonly extractK8sLabelAsTags?: readonly string[];
  /** The same for metrics, those of scrape annotations among them. */
  readonly extractK8sLabelAsTagsForMetric?: readonly string[];
  /** Containers looked at at a time. Default: processors + 1. */
  readonly containerMaxConcurrent?: number;
  /** Globs `image:…` or `namespace:…`; empty takes all. */
  readonly containerIncludeLog?: readonly string[];
  /** As `containerIncludeLog`, and stronger. */
  readonly containerExcludeLog?: readonly string[];
  /** Globs `namespace:…`. */
  readonly podIncludeMetric?: readonly string[];
  readonly podExcludeMetric?: readonly string[];
  /** Default true. */
  readonly loggingEnableMultiline?: boolean;
  /** Sources by regular expression over the source's name. */
  readonly loggingExtraSourceMap?: Readonly<Record<string, string>>;
  /** How the first line of an entry begins, a regular expression by source. */
  readonly loggingSourceMultilineMap?: Readonly<Record<string, string>>;
  /** Recognises common beginnings of entries, dates above all. Default false, and true in DataKit's sample. */
  readonly loggingAutoMultilineDetection?: boolean;
  readonly loggingAutoMultilineExtraPatterns?: readonly string[];
  readonly loggingFileFromBeginning?: boolean;
  /** Bytes below which a file is read from its beginning. Default 20000000. */
  readonly loggingFileFromBeginningThresholdSize?: number;
  readonly loggingRemoveAnsiEscapeCodes?: boolean;
  /** Fields that are kept; empty keeps all. */
  readonly loggingFieldWhiteList?: readonly string[];
  /** -1 for no limit. Default 500. */
  readonly loggingMaxOpenFiles?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

const globFinding =
  (...subjects: readonly string[]) =>
  (value: string): Finding | undefined =>
    subjects.some((subject) => value.startsWith(`${subject}:`) && value.length > subject.length + 1)
      ? undefined
      : [
          `is ${JSON.stringify(value)}, which DataKit passes over`,
          `write ${subjects.map((subject) => `${subject}:<glob>`).join(' or ')}`,
        ];

const socketFinding = (value: string): Finding | undefined =>
  /^(unix|https?):\/\/\S+$/.test(value)
    ? undefined
    : [
        `is ${JSON.stringify(value)}, not a socket`,
        'write unix:///<path>, such as unix:///var/run/containerd/containerd.sock',
      ];

const logGlobs = list(text('image:*datakit*', globFinding('image', 'namespace')));
const namespaceGlobs = list(text('namespace:kube-system', globFinding('namespace')));
const interval = duration('10s', '5m');
const labels = list(label);

export const container: Collector<ContainerSettings> = {
  input: 'container',
  form: 'table',
  kind: table<ContainerSettings>({
    endpoints: required(
      'endpoints',
      list(text('unix:///var/run/containerd/containerd.sock', socketFinding), { filled: true }),
    ),
    metricCollectInterval: optional('metric_collect_interval', interval),
    objectCollectInterval: optional('object_collect_interval', interval),
    loggingSearchInterval: optional('logging_search_interval', interval),
    enableContainerMetric: optional('enable_container_metric', flag),
    enableK8sMetric: optional('enable_k8s_metric', flag),
    enablePodMetric: optional('enable_pod_metric', flag),
    enableK8sEvent: optional('enable_k8s_event', flag),
    enableK8sNodeLocal: optional('enable_k8s_node_local', flag),
    enableCollectK8sJob: optional('enable_collect_k8s_job', flag),
    extractK8sLabelAsTags: optional('extract_k8s_label_as_tags_v2', labels),
    extractK8sLabelAsTagsForMetric: optional('extract_k8s_label_as_tags_v2_for_metric', labels),
    containerMaxConcurrent: optional('container_max_concurrent', whole(1)),
    containerIncludeLog: optional('container_include_log', logGlobs),
    containerExcludeLog: optional('container_exclude_log', logGlobs),
    podIncludeMetric: optional('pod_include_metric', namespaceGlobs),
    podExcludeMetric: optional('pod_exclude_metric', namespaceGlobs),
    loggingEnableMultiline: optional('logging_enable_multiline', flag),
    loggingExtraSourceMap: optional('logging_extra_source_map', map(text('nginx'))),
    loggingSourceMultilineMap: optional('logging_source_multiline_map', map(regex)),
    loggingAutoMultilineDetection: optional('logging_auto_multiline_detection', flag),
    loggingAutoMultilineExtraPatterns: optional('logging_auto_multiline_extra_patterns', list(regex)),
    loggingFileFromBeginning: optional('logging_file_from_beginning', flag),
    loggingFileFromBeginningThresholdSize: optional('logging_file_from_beginning_threshold_size', whole(1)),
    loggingRemoveAnsiEscapeCodes: optional('logging_remove_ansi_escape_codes', flag),
    loggingFieldWhiteList: optional('logging_field_white_list', list(text('trace_id'))),
    loggingMaxOpenFiles: optional('logging_max_open_files', whole(-1)),
    tags: optional('tags', tags),
  }),
};

/**
 * DataKit's own sample, but for the time until a new pod is seen: ten seconds, so that a release step that is gated on
 * metrics does not wait five minutes for the first one.
 */
export const defaultContainer: ContainerSettings = {
  endpoints: [
    'unix:///var/run/docker.sock',
    'unix:///var/run/containerd/containerd.sock',
    'unix:///var/run/crio/crio.sock',
  ],
  objectCollectInterval: '10s',
  loggingSearchInterval: '10s',
  containerExcludeLog: ['image:*logfwd*', 'image:*datakit*'],
  loggingAutoMultilineDetection: true,
  // Labels that tell versions apart; on metrics of scrape annotations they would double the tags Envoy sets itself.
  extractK8sLabelAsTags: ['app', 'version'],
};
