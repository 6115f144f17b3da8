import type { PromConf } from '../collectors/schema';
import { goDurationMs, within } from '../duration';
import { cutName, type Target } from './target';

/** DataKit's limits and defaults of the `prom` collector. */
const shortestMs = 1000;
const longestMs = 300_000;
const defaultMs = 30_000;

/** Settings that change what is collected and that are not played; one that is set is told of. */
const unplayed = [
  'auth',
  'as_logging',
  'uds_path',
  'tags_rename',
  'ignore_tag_kv_match',
  'cert',
  'ca_certs',
] as const;

const duration = (text: string | undefined): number =>
  within((text === undefined ? undefined : goDurationMs(text)) ?? defaultMs, shortestMs, longestMs);

function placing(conf: PromConf): Target['place'] {
  const { measurement_name: fixed, measurement_prefix: prefix = '', measurements = [] } = conf;
  return (name) => {
    const rule = measurements.find((one) => one.prefix !== undefined && name.startsWith(one.prefix));
    if (rule?.name && rule.prefix !== undefined) {
      const field = conf.keep_exist_metric_name === true ? name : name.slice(rule.prefix.length);
      return { measurement: `${prefix}${rule.name}`, field };
    }
    if (fixed !== undefined) return { measurement: `${prefix}${fixed}`, field: name };
    const cut = cutName(name);
    return {
      measurement: `${prefix}${cut.measurement}`,
      field: conf.keep_exist_metric_name === true ? name : cut.field,
    };
  };
}

function keeping(conf: PromConf): Target['keep'] {
  const types = new Set<string>(conf.metric_types ?? []);
  const wanted = (conf.metric_name_filter ?? []).map((one) => new RegExp(one));
  const unwanted = (conf.metric_name_filter_ignore ?? []).map((one) => new RegExp(one));
  return (family, kind) =>
    (types.size === 0 || types.has(kind)) &&
    !unwanted.some((one) => one.test(family)) &&
    (wanted.length === 0 || wanted.some((one) => one.test(family)));
}

/** Who the target belongs to. */
export interface Owner {
  readonly by: 'file' | 'annotation';
  /** `namespace/name` of the pod; undefined where there is none, then the collector's source stands for it. */
  readonly pod?: string;
  /** Changes with the pod: a new pod of the same name is a new target. */
  readonly uid?: string;
  readonly service?: string;
}

/** The targets of one `prom` collector. @param report called for settings that are not played */
export function promTargets(conf: PromConf, owner: Owner, report: (problem: string) => void): Target[] {
  const urls = conf.urls ?? (conf.url === undefined ? [] : [conf.url]);
  const source = conf.source ?? 'prom';
  const set = unplayed.filter((key) => conf[key] !== undefined);
  if (set.length > 0) report(`prom ${source}: ${set.join(', ')} cannot be rehearsed and is left out`);
  if (urls.length === 0) report(`prom ${source} names no address: DataKit drops it`);
  return urls.map((url) => ({
    id: [owner.by, owner.uid ?? '', source, url].join(' '),
    by: owner.by,
    url,
    intervalMs: duration(conf.interval),
    timeoutMs: duration(conf.timeout),
    headers: conf.http_headers ?? {},
    owner: owner.pod ?? source,
    service: owner.service ?? '',
    keep: keeping(conf),
    place: placing(conf),
    tags: {
      ...(conf.disable_instance_tag === true ? {} : { instance: instanceOf(url) }),
      ...conf.tags,
    },
    tagsIgnore: new Set(conf.tags_ignore),
  }));
}

/** Host and port, as the tag `instance` has them. */
function instanceOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return '';
  }
}
