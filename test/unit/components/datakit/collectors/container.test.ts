import {
  container,
  defaultContainer,
  renderCollector,
  type ContainerSettings,
} from '../../../../../components/datakit/pure';
import { placesOf, readBack, type Every } from '../support';

const every: Every<ContainerSettings> = {
  endpoints: ['unix:///run/containerd/containerd.sock'],
  metricCollectInterval: '30s',
  objectCollectInterval: '10s',
  loggingSearchInterval: '5m',
  enableContainerMetric: false,
  enableK8sMetric: false,
  enablePodMetric: true,
  enableK8sEvent: false,
  enableK8sNodeLocal: true,
  enableCollectK8sJob: false,
  extractK8sLabelAsTags: ['app', 'app.kubernetes.io/name'],
  extractK8sLabelAsTagsForMetric: [''],
  containerMaxConcurrent: 4,
  containerIncludeLog: ['namespace:prod'],
  containerExcludeLog: ['image:*datakit*'],
  podIncludeMetric: ['namespace:prod*'],
  podExcludeMetric: ['namespace:kube-system'],
  loggingEnableMultiline: true,
  loggingExtraSourceMap: { '.*nginx.*': 'nginx' },
  loggingSourceMultilineMap: { reviews: '^\\d{4}' },
  loggingAutoMultilineDetection: true,
  loggingAutoMultilineExtraPatterns: ['^[A-Z]'],
  loggingFileFromBeginning: true,
  loggingFileFromBeginningThresholdSize: 1000,
  loggingRemoveAnsiEscapeCodes: true,
  loggingFieldWhiteList: ['trace_id'],
  loggingMaxOpenFiles: -1,
  tags: { region: 'eu' },
};

describe('container', () => {
  it('spells every setting as DataKit does', () => {
    expect(readBack(container, every)).toEqual({
      endpoints: ['unix:///run/containerd/containerd.sock'],
      metric_collect_interval: '30s',
      object_collect_interval: '10s',
      logging_search_interval: '5m',
      enable_container_metric: false,
      enable_k8s_metric: false,
      enable_pod_metric: true,
      enable_k8s_event: false,
      enable_k8s_node_local: true,
      enable_collect_k8s_job: false,
      extract_k8s_label_as_tags_v2: ['app', 'app.kubernetes.io/name'],
      extract_k8s_label_as_tags_v2_for_metric: [''],
      container_max_concurrent: 4n,
      container_include_log: ['namespace:prod'],
      container_exclude_log: ['image:*datakit*'],
      pod_include_metric: ['namespace:prod*'],
      pod_exclude_metric: ['namespace:kube-system'],
      logging_enable_multiline: true,
      logging_extra_source_map: { '.*nginx.*': 'nginx' },
      logging_source_multiline_map: { reviews: '^\\d{4}' },
      logging_auto_multiline_detection: true,
      logging_auto_multiline_extra_patterns: ['^[A-Z]'],
      logging_file_from_beginning: true,
      logging_file_from_beginning_threshold_size: 1000n,
      logging_remove_ansi_escape_codes: true,
      logging_field_white_list: ['trace_id'],
      logging_max_open_files: -1n,
      tags: { region: 'eu' },
    });
  });

  it('sees a new pod in seconds by default', () => {
    expect(readBack(container, defaultContainer)).toMatchObject({ object_collect_interval: '10s' });
  });

  it('names everything that is wrong at once', () => {
    const settings = {
      ...defaultContainer,
      endpoints: [],
      objectCollectInterval: '5s',
      loggingSearchInterval: '6m',
      extractK8sLabelAsTags: ['a b'],
      containerIncludeLog: ['prod'],
      podIncludeMetric: ['image:x'],
      loggingSourceMultilineMap: { reviews: '[' },
      loggingMaxOpenFiles: -2,
    };
    expect(placesOf(() => renderCollector(container, settings)).sort()).toEqual([
      'container.containerIncludeLog[0]',
      'container.endpoints',
      'container.extractK8sLabelAsTags[0]',
      'container.loggingMaxOpenFiles',
      'container.loggingSearchInterval',
      'container.loggingSourceMultilineMap.reviews',
      'container.objectCollectInterval',
      'container.podIncludeMetric[0]',
    ]);
  });
});
