import { parse } from 'smol-toml';
import { didYouMean } from '../../components/validation';
import { fieldPath, isMap, listAt, numberAt, textAt, textsAt, type JsonMap } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { containersOf, workloads, type Workload } from '../view/workloads';

const ANNOTATION = 'datakit/prom.instances';

type Shape = 'text' | 'texts' | 'boolean' | 'duration' | 'table' | 'tables' | 'number';

/**
 * Keys of DataKit's prom collector that take effect in an annotation, and what they hold: DataKit ignores any other key
 * without a word, and drops every collector where one value is of another kind.
 *
 * Source: GuanceCloud/datakit internal/plugins/inputs/container/discovery, promConfig, and its successor k8s_pod_prom.go.
 */
const keys: Readonly<Record<string, Shape>> = {
  url: 'text',
  urls: 'texts',
  source: 'text',
  interval: 'duration',
  timeout: 'duration',
  ignore_req_err: 'boolean',
  metric_types: 'texts',
  metric_name_filter: 'texts',
  metric_name_filter_ignore: 'texts',
  measurement_prefix: 'text',
  measurement_name: 'text',
  measurements: 'tables',
  tags_ignore: 'texts',
  tags_rename: 'table',
  ignore_tag_kv_match: 'table',
  http_headers: 'table',
  auth: 'table',
  bearer_token_file: 'text',
  uds_path: 'text',
  as_logging: 'table',
  disable_info_tag: 'boolean',
  tags: 'table',
  insecure_skip_verify: 'boolean',
  tls_open: 'boolean',
  tls_ca: 'text',
  tls_cert: 'text',
  tls_key: 'text',
  server_name: 'text',
};

/** Keys of the collector's own config that the annotation does not read, and what it reads instead. */
const without_effect: Readonly<Record<string, string | undefined>> = {
  election: undefined,
  honor_timestamps: undefined,
  keep_exist_metric_name: undefined,
  stream_size: undefined,
  disable_host_tag: undefined,
  disable_instance_tag: undefined,
  ca_certs: 'tls_ca',
  cert: 'tls_cert',
  cert_key: 'tls_key',
};

const metricTypes = ['counter', 'gauge', 'histogram', 'summary', 'untyped', 'info'];

/** Ports the sidecar serves metrics on, whatever the pod declares. */
const sidecarPorts = [15020, 15090];

const MAX_PORT = 65_535;

function readToml(text: string): JsonMap | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** What Go's time.ParseDuration reads. */
const GO_DURATION = /^[-+]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*$/;

function isShape(shape: Shape, value: unknown): boolean {
  switch (shape) {
    case 'text':
      return typeof value === 'string';
    case 'texts':
      return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
    case 'boolean':
      return typeof value === 'boolean';
    case 'duration':
      return (
        typeof value === 'number' ||
        typeof value === 'bigint' ||
        (typeof value === 'string' && GO_DURATION.test(value))
      );
    case 'table':
      return isMap(value);
    case 'tables':
      return Array.isArray(value) && value.every(isMap);
    case 'number':
      return typeof value === 'number';
  }
}

function keyProblem([key, value]: readonly [string, unknown]): readonly [string, string] | undefined {
  // Its TOML reader takes keys in any case.
  const plain = key.toLowerCase();
  const shape = keys[plain];
  if (shape !== undefined)
    return isShape(shape, value)
      ? undefined
      : [
          `has a value of ${key} that is no ${shape}: DataKit cannot read it and drops every collector of the annotation`,
          shape === 'duration' ? 'write a duration such as "10s"' : `write a ${shape}`,
        ];
  if (plain in without_effect) {
    const instead = without_effect[plain];
    return [
      `sets ${key}, which has no effect in an annotation`,
      instead === undefined ? 'remove it' : `write ${instead}`,
    ];
  }
  return [
    `sets ${key}, which DataKit does not know and ignores without a word`,
    didYouMean(key, Object.keys(keys), 'remove it'),
  ];
}

function typeProblems(collector: unknown): readonly (readonly [string, string])[] {
  return textsAt(collector, 'metric_types')
    .filter((type) => !metricTypes.includes(type))
    .map((type) => [
      `lists the metric type ${type}, which there is none of: it filters everything out`,
      `use ${metricTypes.join(', ')}`,
    ]);
}

function portProblem(url: string, ports: readonly number[]): readonly [string, string] | undefined {
  if (/^https?:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])([:/]|$)/.test(url))
    return ['scrapes localhost, which is DataKit itself and not the pod', 'write http://$IP:<port>/metrics'];
  const port = Number(/^https?:\/\/[^/]*:(\d+)(\/|$)/.exec(url)?.[1] ?? (url.startsWith('https') ? 443 : 80));
  if (port <= MAX_PORT && (sidecarPorts.includes(port) || ports.includes(port))) return undefined;
  const known = [...ports, ...sidecarPorts].join(', ');
  return [
    `scrapes port ${port}, on which nothing in the pod listens: no metric arrives`,
    `use one of ${known}`,
  ];
}

/** What stands on a Deployment itself DataKit does not see: it reads the annotations of pods. */
function misplaced({ object, template }: Workload): Finding[] {
  if (template.length === 0 || textAt(object.manifest, 'metadata', 'annotations', ANNOTATION) === undefined)
    return [];
  return [
    finding(
      object,
      fieldPath('metadata', 'annotations', ANNOTATION),
      `stands on the ${object.kind} and not on its pods, whose annotations DataKit reads: nothing is scraped`,
      `move it to ${fieldPath(...template, 'metadata', 'annotations')}`,
    ),
  ];
}

function judgeAnnotation(owner: Workload): Finding[] {
  const { object, template } = owner;
  const place = [...template, 'metadata', 'annotations', ANNOTATION];
  const text = textAt(object.manifest, ...place);
  if (text === undefined) return [];
  const at = (problem: string, remedy: string) => finding(object, fieldPath(...place), problem, remedy);
  const toml = readToml(text);
  if (toml === undefined) return [at('is no TOML: DataKit drops every collector in it', 'correct the TOML')];
  const collectors = listAt(toml, 'inputs', 'prom');
  if (collectors.length === 0)
    return [
      at(
        'holds no [[inputs.prom]] table: nothing is scraped',
        'write one [[inputs.prom]] table per exporter',
      ),
    ];
  const ports = containersOf(owner).flatMap(({ container }) =>
    listAt(container, 'ports')
      .map((port) => numberAt(port, 'containerPort'))
      .filter((port) => port !== undefined),
  );
  return collectors.flatMap((collector) => {
    const urls = [textAt(collector, 'url'), ...textsAt(collector, 'urls')].filter((url) => url !== undefined);
    const problems = [
      ...Object.entries(isMap(collector) ? collector : {}).map(keyProblem),
      ...typeProblems(collector),
      ...(urls.length === 0 && textAt(collector, 'uds_path') === undefined
        ? [
            [
              'has a collector without url: it scrapes nothing',
              'write url = "http://$IP:<port>/metrics"',
            ] as const,
          ]
        : []),
      ...urls.map((url) => portProblem(url, ports)),
    ];
    return problems.filter((found) => found !== undefined).map(([problem, remedy]) => at(problem, remedy));
  });
}

export const promAnnotation: Policy = {
  id: 'R14-prom-annotation',
  title: "DataKit's prom annotation is TOML, with known keys and ports that the pod has",
  severity: 'medium',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'Write the annotation from typed settings, or correct the key or port.',
  document:
    'DataKit manual, prom collector and Kubernetes annotations: unknown keys are ignored, one table that cannot be read drops all',
  check: (view) => judge(workloads(view), (owner) => [...misplaced(owner), ...judgeAnnotation(owner)]),
};
