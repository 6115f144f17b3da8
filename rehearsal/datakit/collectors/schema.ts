import { z } from 'zod';
import { goDurationMs } from '../duration';

/**
 * The keys of DataKit's collectors as its code reads them, spelt out a second time and apart from the project's own
 * settings: what renders the files must not be its own judge.
 */

const text = z.string();
const flag = z.boolean();
const integer = z.number().int();
const texts = z.array(text);
const table = z.record(text, text);
const lists = z.record(text, texts);
const duration = text.refine((value) => goDurationMs(value) !== undefined, 'is no Go duration');
const regex = text.refine((value) => {
  try {
    return new RegExp(value).source !== '';
  } catch {
    return false;
  }
}, 'is no regular expression');
const threads = z.strictObject({ buffer: integer.optional(), threads: integer.optional() });
const storage = z.strictObject({ path: text.optional(), capacity: integer.optional() });
const sampler = z.strictObject({ sampling_rate: z.number().min(0).max(1).optional() });

/** Every key may be left out. */
const keys = <S extends z.ZodRawShape>(shape: S) => z.strictObject(shape).partial();

const traceKeys = {
  keep_rare_resource: flag,
  del_message: flag,
  close_resource: lists,
  sampler,
  tags: table,
  threads,
  storage,
};

export const zipkin = keys({ pathV1: text, pathV2: text, ignore_tags: z.array(regex), ...traceKeys });
export type ZipkinConf = z.infer<typeof zipkin>;

const promKeys = {
  url: text,
  source: text,
  interval: duration,
  timeout: duration,
  ignore_req_err: flag,
  metric_types: z.array(z.enum(['counter', 'gauge', 'histogram', 'summary', 'untyped'])),
  metric_name_filter: z.array(regex),
  metric_name_filter_ignore: z.array(regex),
  measurement_prefix: text,
  measurement_name: text,
  measurements: z.array(keys({ prefix: text, name: text })),
  tags_ignore: texts,
  tags_rename: keys({ overwrite_exist_tags: flag, mapping: table }),
  ignore_tag_kv_match: lists,
  http_headers: table,
  auth: keys({ type: text, token: text, token_file: text }),
  uds_path: text,
  as_logging: keys({ enable: flag, service: text }),
  disable_info_tag: flag,
  tags: table,
  insecure_skip_verify: flag,
};

export const prom = keys({
  ...promKeys,
  urls: texts,
  stream_size: integer,
  keep_exist_metric_name: flag,
  honor_timestamps: flag,
  election: flag,
  disable_host_tag: flag,
  disable_instance_tag: flag,
  ca_certs: texts,
  cert: text,
  cert_key: text,
  server_name: text,
});
export type PromConf = z.infer<typeof prom>;

/** In a pod's annotation; other keys of `prom` have no effect there. */
export const annotationProm = keys({
  ...promKeys,
  tls_open: flag,
  tls_ca: text,
  tls_cert: text,
  tls_key: text,
  bearer_token_file: text,
});

export const kubernetesPrometheus = keys({
  node_local: flag,
  scrape_interval: duration,
  keep_exist_metric_name: flag,
  honor_timestamps: flag,
  enable_discovery_of_prometheus_pod_annotations: flag,
  enable_discovery_of_prometheus_service_annotations: flag,
  enable_discovery_of_prometheus_pod_monitors: flag,
  enable_discovery_of_prometheus_service_monitors: flag,
  global_tags: table,
  instances: z.array(
    keys({
      role: z.enum(['node', 'pod', 'service', 'endpoints']),
      namespaces: texts,
      selector: text,
      scrape: text,
      scheme: text,
      port: text,
      path: text,
      params: text,
      http_headers: table,
      custom: keys({ measurement: text, job_as_measurement: flag, tags: table }),
      auth: keys({
        bearer_token_file: text,
        tls_config: keys({
          insecure_skip_verify: flag,
          ca_certs: texts,
          cert: text,
          cert_key: text,
          server_name: text,
        }),
      }),
    }),
  ),
});
export type KubernetesPrometheusConf = z.infer<typeof kubernetesPrometheus>;
export type ScrapeInstance = NonNullable<KubernetesPrometheusConf['instances']>[number];

export const container = keys({
  endpoints: texts,
  metric_collect_interval: duration,
  object_collect_interval: duration,
  logging_search_interval: duration,
  enable_container_metric: flag,
  enable_k8s_metric: flag,
  enable_pod_metric: flag,
  enable_k8s_event: flag,
  enable_k8s_node_local: flag,
  enable_collect_k8s_job: flag,
  extract_k8s_label_as_tags_v2: texts,
  extract_k8s_label_as_tags_v2_for_metric: texts,
  container_max_concurrent: integer,
  container_include_log: texts,
  container_exclude_log: texts,
  pod_include_metric: texts,
  pod_exclude_metric: texts,
  logging_enable_multiline: flag,
  logging_extra_source_map: table,
  logging_source_multiline_map: table,
  logging_auto_multiline_detection: flag,
  logging_auto_multiline_extra_patterns: texts,
  logging_file_from_beginning: flag,
  logging_file_from_beginning_threshold_size: integer,
  logging_remove_ansi_escape_codes: flag,
  logging_field_white_list: texts,
  logging_max_open_files: integer,
  tags: table,
});

const spanKeys = {
  customer_tags: texts,
  omit_err_status: texts,
  tracing_metric_enable: flag,
  tracing_metric_tag_blacklist: texts,
  tracing_metric_tag_whitelist: texts,
  ...traceKeys,
};

export const ddtrace = keys({
  endpoints: texts,
  compatible_otel: flag,
  trace_id_64_bit_hex: flag,
  trace_128_bit_id: flag,
  apmtelemetry_route_enable: flag,
  trace_max_spans: integer,
  max_trace_body_mb: integer,
  no_streaming: flag,
  ...spanKeys,
});

export const opentelemetry = keys({
  customer_tags_all: flag,
  log_max: integer,
  compatible_ddtrace: flag,
  clean_message: flag,
  // DataKit's own spelling.
  spilt_service_name: flag,
  jmarshaler: text,
  http: keys({ http_status_ok: integer, trace_api: text, metric_api: text, logs_api: text }),
  grpc: keys({ addr: text, max_payload: integer }),
  expected_headers: table,
  ...spanKeys,
});

const upload = keys({
  cache_path: text,
  cache_capacity_mb: integer,
  clear_cache_on_start: flag,
  upload_workers: integer,
  send_timeout: duration,
  send_retry_count: integer,
  filter_rules: texts,
});

export const profile = keys({
  endpoints: texts,
  election: flag,
  body_size_limit_mb: integer,
  generate_metrics: flag,
  io_config: upload,
  tags: table,
  go: z.array(
    keys({
      url: text,
      interval: duration,
      service: text,
      env: text,
      version: text,
      enabled_types: texts,
      tags: table,
      tls_open: flag,
      tls_ca: text,
      tls_cert: text,
      tls_key: text,
      insecure_skip_verify: flag,
    }),
  ),
});

export const rum = keys({
  endpoints: texts,
  session_replay_endpoints: texts,
  java_home: text,
  android_cmdline_home: text,
  proguard_home: text,
  ndk_home: text,
  atos_bin_path: text,
  cdn_map: z.union([text, z.array(keys({ domain: text, name: text, website: text }))]),
  threads,
  storage,
  session_replay: upload,
});
export type RumConf = z.infer<typeof rum>;

export const statsd = keys({
  source: text,
  interval: duration,
  protocol: z.enum(['udp', 'tcp']),
  service_unix_address: text,
  service_address: text,
  statsd_source_key: text,
  statsd_host_key: text,
  save_above_key: flag,
  allowed_pending_messages: integer,
  percentiles: z.array(z.number()),
  percentile_limit: integer,
  delete_gauges: flag,
  delete_counters: flag,
  delete_sets: flag,
  delete_timings: flag,
  set_counter_int: flag,
  metric_separator: text,
  datadog_extensions: flag,
  datadog_distributions: flag,
  read_buffer_size: integer,
  drop_tags: texts,
  metric_mapping: texts,
  max_tcp_connections: integer,
  tcp_keep_alive: flag,
  max_ttl: duration,
  tags: table,
});
