import type { Finding, Located } from '../../validation';
import {
  duration,
  file,
  flag,
  headers,
  list,
  oneOf,
  optional,
  required,
  ruled,
  table,
  tags,
  text,
  type Kind,
} from '../table';
import type { Collector } from './collector';
import { certificatePair } from './promFields';

export type Role = 'node' | 'pod' | 'service' | 'endpoints';

interface TargetTls {
  readonly insecureSkipVerify?: boolean;
  readonly caCerts?: readonly string[];
  readonly cert?: string;
  readonly certKey?: string;
  readonly serverName?: string;
}

interface TargetAuth {
  /** File of a token in DataKit's container, such as its service account's. */
  readonly bearerTokenFile?: string;
  readonly tlsConfig?: TargetTls;
}

interface TargetData {
  /** The measurement; without it DataKit cuts a name out of each metric's. */
  readonly measurement?: string;
  /** Takes the job's name for the measurement's. Default false. */
  readonly jobAsMeasurement?: boolean;
  /** Tags; a value may be a placeholder such as `__kubernetes_pod_name`. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Things to scrape, found by watching the API server. */
export interface ScrapeTarget {
  readonly role: Role;
  /** Default: every namespace. */
  readonly namespaces?: readonly string[];
  /** Label selector as kubectl takes it. Default: everything. */
  readonly selector?: string;
  /** `true`, or a placeholder that must say `true`. Default true. */
  readonly scrape?: string;
  /** `http`, `https` or a placeholder. Default http. */
  readonly scheme?: string;
  /** A number, or a placeholder such as `__kubernetes_pod_container_nginx_port_metrics_number`. */
  readonly port: string;
  /** Default /metrics. */
  readonly path?: string;
  /** Query of the address, e.g. `filter=a&filter=b`. Placeholders are not filled in here. */
  readonly params?: string;
  readonly httpHeaders?: Readonly<Record<string, string>>;
  readonly custom?: TargetData;
  readonly auth?: TargetAuth;
}

/**
 * Scrapes what it finds in the cluster; it follows pods as they come and go, in seconds.
 *
 * A target that fails ten scrapes in a row is given up until its object changes. All metric types are taken: unlike
 * `prom` it has no filter.
 */
export interface KubernetesPrometheusSettings {
  /** Whether each node scrapes its own pods, else one node by election. Default true. */
  readonly nodeLocal?: boolean;
  /** As a Go duration, 1s to 5m. Default 30s. */
  readonly scrapeInterval?: string;
  /** Default true. */
  readonly keepExistMetricName?: boolean;
  /** Default true. */
  readonly honorTimestamps?: boolean;
  readonly enableDiscoveryOfPrometheusPodAnnotations?: boolean;
  readonly enableDiscoveryOfPrometheusServiceAnnotations?: boolean;
  /** Needs the right to watch PodMonitors, which the cluster role then gets. */
  readonly enableDiscoveryOfPrometheusPodMonitors?: boolean;
  readonly enableDiscoveryOfPrometheusServiceMonitors?: boolean;
  readonly globalTags?: Readonly<Record<string, string>>;
  readonly instances?: readonly ScrapeTarget[];
}

const placeholder = (value: string) => value.startsWith('__kubernetes_');

const word =
  (known: RegExp, example: string) =>
  (value: string): Finding | undefined =>
    placeholder(value) || known.test(value)
      ? undefined
      : [`is ${JSON.stringify(value)}`, `write ${example}, or a placeholder`];

function portFinding(value: string): Finding | undefined {
  if (placeholder(value)) return undefined;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : NaN;
  return port >= 1 && port <= 65_535
    ? undefined
    : [`is ${JSON.stringify(value)}, not a port`, 'write a number of 1 to 65535, or a placeholder'];
}

/** Placeholders are filled in by role; one of another role stays empty, and the tag or address is lost. */
function foreignPlaceholder(role: Role, value: string): boolean {
  return (
    placeholder(value) &&
    !value.startsWith(`__kubernetes_${role}_`) &&
    !value.startsWith('__kubernetes_mate_')
  );
}

function targetProblems({ role, scrape, scheme, port, path, custom }: ScrapeTarget): readonly Located[] {
  // A Service is scraped through its endpoints, so both kinds of placeholder are filled in.
  if (role === 'service') return [];
  const values = { scrape, scheme, port, path };
  const finding: Finding = [
    `has a placeholder that is not filled in for role ${role}`,
    `use __kubernetes_${role}_… or __kubernetes_mate_…`,
  ];
  return [
    ...Object.entries(values).flatMap(([key, value]): Located[] =>
      value !== undefined && foreignPlaceholder(role, value) ? [{ key, finding }] : [],
    ),
    ...(Object.values(custom?.tags ?? {}).some((value) => foreignPlaceholder(role, value))
      ? [{ key: 'custom', finding }]
      : []),
  ];
}

const target: Kind<ScrapeTarget> = ruled(
  table<ScrapeTarget>({
    role: required('role', oneOf('node', 'pod', 'service', 'endpoints')),
    namespaces: optional('namespaces', list(text('prod'))),
    selector: optional('selector', text('app=reviews')),
    scrape: optional('scrape', text('true', word(/^true$/, 'true'))),
    scheme: optional('scheme', text('http', word(/^https?$/, 'http or https'))),
    port: required('port', text('15020', portFinding)),
    path: optional('path', text('/metrics', word(/^\/\S*$/, 'a path that begins with /'))),
    params: optional('params', text('filter=istio')),
    httpHeaders: optional('http_headers', headers),
    custom: optional(
      'custom',
      table<TargetData>({
        measurement: optional('measurement', text('istio_prom')),
        jobAsMeasurement: optional('job_as_measurement', flag),
        tags: optional('tags', tags),
      }),
    ),
    auth: optional(
      'auth',
      table<TargetAuth>({
        bearerTokenFile: optional('bearer_token_file', file),
        tlsConfig: optional(
          'tls_config',
          ruled(
            table<TargetTls>({
              insecureSkipVerify: optional('insecure_skip_verify', flag),
              caCerts: optional('ca_certs', list(file)),
              cert: optional('cert', file),
              certKey: optional('cert_key', file),
              serverName: optional('server_name', text('reviews.prod.svc')),
            }),
            ({ cert, certKey }) => certificatePair(cert, certKey, 'cert'),
          ),
        ),
      }),
    ),
  }),
  targetProblems,
);

export const kubernetesPrometheus: Collector<KubernetesPrometheusSettings> = {
  input: 'kubernetesprometheus',
  form: 'table',
  kind: table<KubernetesPrometheusSettings>({
    nodeLocal: optional('node_local', flag),
    scrapeInterval: optional('scrape_interval', duration('1s', '5m')),
    keepExistMetricName: optional('keep_exist_metric_name', flag),
    honorTimestamps: optional('honor_timestamps', flag),
    enableDiscoveryOfPrometheusPodAnnotations: optional(
      'enable_discovery_of_prometheus_pod_annotations',
      flag,
    ),
    enableDiscoveryOfPrometheusServiceAnnotations: optional(
      'enable_discovery_of_prometheus_service_annotations',
      flag,
    ),
    enableDiscoveryOfPrometheusPodMonitors: optional('enable_discovery_of_prometheus_pod_monitors', flag),
    enableDiscoveryOfPrometheusServiceMonitors: optional(
      'enable_discovery_of_prometheus_service_monitors',
      flag,
    ),
    globalTags: optional('global_tags', tags),
    instances: optional('instances', list(target)),
  }),
};
