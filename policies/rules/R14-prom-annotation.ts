import { parse } from 'smol-toml';
import { didYouMean } from '../../components/validation';
import { fieldPath, isMap, listAt, numberAt, textAt, textsAt, type JsonMap } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { containersOf, workload, workloadObjects, type Workload } from '../view/workloads';

const ANNOTATION = 'datakit/prom.instances';

/** Keys of DataKit's prom collector that take effect in an annotation; DataKit ignores any other without a word. */
const keys = [
  ...['url', 'urls', 'source', 'interval', 'timeout', 'ignore_req_err', 'metric_types', 'metric_name_filter'],
  ...['metric_name_filter_ignore', 'measurement_prefix', 'measurement_name', 'measurements', 'tags_ignore'],
  ...[
    'tags_rename',
    'ignore_tag_kv_match',
    'http_headers',
    'auth',
    'uds_path',
    'as_logging',
    'disable_info_tag',
  ],
  ...['tags', 'insecure_skip_verify', 'tls_open', 'ca_certs', 'cert', 'cert_key', 'server_name'],
];

/** Keys of the collector that the annotation is documented to leave out of account. */
const without_effect = [
  'election',
  'honor_timestamps',
  'keep_exist_metric_name',
  'stream_size',
  'disable_host_tag',
  'disable_instance_tag',
];

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

function keyProblem(key: string): readonly [string, string] | undefined {
  if (keys.includes(key)) return undefined;
  if (without_effect.includes(key)) return [`sets ${key}, which has no effect in an annotation`, 'remove it'];
  return [
    `sets ${key}, which DataKit does not know and ignores without a word`,
    didYouMean(key, keys, 'remove it'),
  ];
}

function portProblem(url: string, ports: readonly number[]): readonly [string, string] | undefined {
  const port = Number(/^https?:\/\/[^/]*:(\d+)(\/|$)/.exec(url)?.[1] ?? (url.startsWith('https') ? 443 : 80));
  if (port <= MAX_PORT && (sidecarPorts.includes(port) || ports.includes(port))) return undefined;
  const known = [...ports, ...sidecarPorts].join(', ');
  return [
    `scrapes port ${port}, on which nothing in the pod listens: no metric arrives`,
    `use one of ${known}`,
  ];
}

function judgeAnnotation(owner: Workload): Finding[] {
  const { object, template } = owner;
  const place = [...template, 'metadata', 'annotations', ANNOTATION];
  const text = textAt(object.manifest, ...place);
  if (text === undefined) return [];
  const at = (problem: string, remedy: string) => finding(object, fieldPath(...place), problem, remedy);
  const toml = readToml(text);
  if (toml === undefined) return [at('is no TOML: DataKit drops every collector in it', 'mend the TOML')];
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
      ...Object.keys(isMap(collector) ? collector : {}).map(keyProblem),
      ...(urls.length === 0
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
  remedy: 'Write the annotation from typed settings, or mend the key or port.',
  document:
    'DataKit manual, prom collector and Kubernetes annotations: unknown keys are ignored, one table that cannot be read drops all',
  check: (view) => judge(workloadObjects(view), (object) => judgeAnnotation(workload(object))),
};
