import {
  duration,
  file,
  flag,
  list,
  oneOf,
  optional,
  path,
  required,
  ruled,
  table,
  tags,
  text,
  url,
  whole,
  type Fields,
} from '../table';
import type { Collector } from './collector';
import { certificatePair } from './promFields';

type ProfileType = 'cpu' | 'goroutine' | 'heap' | 'mutex' | 'block';

/** A Go program whose profiles are pulled from `net/http/pprof`. */
export interface GoProfileSettings {
  /** Address of the program, without /debug/pprof. */
  readonly url: string;
  /** Time between two pulls, 10s or more: a CPU profile itself takes ten seconds. Default 10s. */
  readonly interval?: string;
  readonly service: string;
  readonly env?: string;
  readonly version?: string;
  /** The profiles to pull. DataKit pulls nothing where the list is empty or missing, so it is asked for. */
  readonly enabledTypes: readonly ProfileType[];
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether the files below are used. Default false. */
  readonly tlsOpen?: boolean;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly insecureSkipVerify?: boolean;
}

/** How profiles wait on disk and are sent on. */
export interface UploadSettings {
  /** Default /usr/local/datakit/cache/profile_inputs, which the cache's mount covers. */
  readonly cachePath?: string;
  /** MiB. Default 10240. */
  readonly cacheCapacityMb?: number;
  /** Default false. */
  readonly clearCacheOnStart?: boolean;
  /** Default 8. */
  readonly uploadWorkers?: number;
  /** Default 75s. */
  readonly sendTimeout?: string;
  /** Default 4. */
  readonly sendRetryCount?: number;
  /** Data that match any of these conditions are dropped, e.g. `{ service = 'ratings' }`. */
  readonly filterRules?: readonly string[];
}

/** Takes in profiles that are sent to port 9529, and pulls those of Go programs. */
export interface ProfileSettings {
  /** Routes of the intake. DataKit registers none where they are missing. */
  readonly endpoints: readonly string[];
  /** Whether one node of the cluster pulls for all. Default true. */
  readonly election?: boolean;
  /** MB. Default 32. */
  readonly bodySizeLimitMb?: number;
  /** Whether metrics are made of profiles. Default true. */
  readonly generateMetrics?: boolean;
  readonly ioConfig?: UploadSettings;
  readonly tags?: Readonly<Record<string, string>>;
  readonly go?: readonly GoProfileSettings[];
}

export const uploadFields: Fields<UploadSettings> = {
  cachePath: optional('cache_path', file),
  cacheCapacityMb: optional('cache_capacity_mb', whole(1)),
  clearCacheOnStart: optional('clear_cache_on_start', flag),
  uploadWorkers: optional('upload_workers', whole(1)),
  sendTimeout: optional('send_timeout', duration('1s')),
  sendRetryCount: optional('send_retry_count', whole(0)),
  filterRules: optional('filter_rules', list(text("{ service = 'ratings' }"))),
};

const go = ruled(
  table<GoProfileSettings>({
    url: required('url', url),
    interval: optional('interval', duration('10s')),
    service: required('service', text('ratings')),
    env: optional('env', text('prod')),
    version: optional('version', text('v1')),
    enabledTypes: required(
      'enabled_types',
      list(oneOf('cpu', 'goroutine', 'heap', 'mutex', 'block'), { filled: true }),
    ),
    tags: optional('tags', tags),
    tlsOpen: optional('tls_open', flag),
    tlsCa: optional('tls_ca', file),
    tlsCert: optional('tls_cert', file),
    tlsKey: optional('tls_key', file),
    insecureSkipVerify: optional('insecure_skip_verify', flag),
  }),
  ({ tlsCert, tlsKey }) => certificatePair(tlsCert, tlsKey, 'tlsCert'),
);

export const profile: Collector<ProfileSettings> = {
  input: 'profile',
  form: 'list',
  kind: table<ProfileSettings>({
    endpoints: required('endpoints', list(path, { filled: true })),
    election: optional('election', flag),
    bodySizeLimitMb: optional('body_size_limit_mb', whole(1)),
    generateMetrics: optional('generate_metrics', flag),
    ioConfig: optional('io_config', table<UploadSettings>(uploadFields)),
    tags: optional('tags', tags),
    go: optional('go', list(go)),
  }),
};

/** The route DataKit's own sample registers. */
export const profileEndpoints: readonly string[] = ['/profiling/v1/input'];
