import { examine, ProblemsError, type Located } from '../validation';
import { file, flag, list, oneOf, optional, regex, ruled, table, tags, text, type Kind } from './table';

/** How one stream of a pod's log is collected. */
export interface LogSettings {
  /** Default false. */
  readonly disable?: boolean;
  /** Default stdout. */
  readonly type?: 'stdout' | 'file';
  /** The file, as the container sees it; globs are allowed. */
  readonly path?: string;
  /** What the lines are filed under. Default: the container's name. */
  readonly source?: string;
  /** Index of the workspace the lines go to. */
  readonly storageIndex?: string;
  /** The service, which links the lines to its traces. Default: the source. */
  readonly service?: string;
  readonly characterEncoding?: 'utf-8' | 'utf-16le' | 'gbk' | 'gb18030';
  /** Script that takes the lines apart, `<name>.p`. Default: `<source>.p`, else DataKit's default script. */
  readonly pipeline?: string;
  /** How the first line of an entry begins; other lines belong to the entry before. */
  readonly multilineMatch?: string;
  readonly removeAnsiEscapeCodes?: boolean;
  /** Default false. */
  readonly fromBeginning?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

function check({ type, path, disable }: LogSettings): readonly Located[] {
  if (disable === true) return [];
  if (type === 'file' && path === undefined) {
    return [{ key: 'path', finding: ['is missing', 'name the file to read'] }];
  }
  if (type !== 'file' && path !== undefined) {
    return [{ key: 'path', finding: ['is ignored for stdout', 'set type: file, or remove the path'] }];
  }
  return [];
}

const log: Kind<LogSettings> = ruled(
  table<LogSettings>({
    disable: optional('disable', flag),
    type: optional('type', oneOf('stdout', 'file')),
    path: optional('path', file),
    source: optional('source', text('reviews')),
    storageIndex: optional('storage_index', text('default')),
    service: optional('service', text('reviews')),
    characterEncoding: optional('character_encoding', oneOf('utf-8', 'utf-16le', 'gbk', 'gb18030')),
    pipeline: optional(
      'pipeline',
      text('sleuth.p', (value) =>
        /^[\w-]+\.p$/.test(value)
          ? undefined
          : [`is ${JSON.stringify(value)}, not a script`, 'write its name, without a folder: <name>.p'],
      ),
    ),
    multilineMatch: optional('multiline_match', regex),
    removeAnsiEscapeCodes: optional('remove_ansi_escape_codes', flag),
    fromBeginning: optional('from_beginning', flag),
    tags: optional('tags', tags),
  }),
  check,
);

const source = (settings: LogSettings) =>
  settings.disable === true ? undefined : settings.type === 'file' ? settings.path : 'stdout';

/** DataKit drops the whole configuration where two streams of it are one. */
const logs = ruled(list(log, { filled: true }), (streams): readonly Located[] => {
  const sources = streams.map(source).filter((name) => name !== undefined);
  const twice = sources.find((name, index) => sources.indexOf(name) < index);
  return twice === undefined ? [] : [{ finding: [`reads ${twice} twice`, `remove the second ${twice}`] }];
});

/** The annotation for every container of a pod, or for one, which is the stronger. */
export const logAnnotationKey = (container?: string): string =>
  container === undefined ? 'datakit/logs' : `datakit/${container}.logs`;

/**
 * The annotation's value. It goes on the pod template; pods of Jobs and CronJobs are passed over by DataKit.
 * @throws ProblemsError naming every setting that is unknown or wrong.
 */
export function logAnnotation(streams: readonly LogSettings[], key = logAnnotationKey()): string {
  const { problems } = examine(logs.schema, streams, key, logs.examples);
  if (problems.length > 0) throw new ProblemsError(`annotation ${key}`, problems);
  return JSON.stringify(logs.render(streams));
}

/** What a workload's lines are filed under. */
export interface WorkloadLogs {
  readonly service: string;
  readonly version: string;
  readonly environment: string;
  readonly project: string;
  /** Script for the application's lines. Default plain.p. */
  readonly pipeline?: string;
  readonly multilineMatch?: string;
}

/**
 * The annotations of a workload in the mesh: one for the application's containers, one for the sidecar, whose access log
 * would else be filed as the application's. Tags are those of the traces, so that one click leads from one to the other.
 */
export function workloadLogAnnotations({
  service,
  version,
  environment,
  project,
  pipeline = 'plain.p',
  multilineMatch,
}: WorkloadLogs): Record<string, string> {
  const common = { service, tags: { env: environment, project, version } };
  const application: LogSettings = {
    source: service,
    ...common,
    pipeline,
    removeAnsiEscapeCodes: true,
    ...(multilineMatch === undefined ? {} : { multilineMatch }),
  };
  const sidecar: LogSettings = { source: 'istio-proxy', ...common, pipeline: 'envoy.p' };
  const sidecarKey = logAnnotationKey('istio-proxy');
  return {
    [logAnnotationKey()]: logAnnotation([application]),
    [sidecarKey]: logAnnotation([sidecar], sidecarKey),
  };
}
