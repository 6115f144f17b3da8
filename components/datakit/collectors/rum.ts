import { file, list, oneOf, optional, path, required, table, text, type Kind } from '../table';
import type { Collector } from './collector';
import { uploadFields, type UploadSettings } from './profile';
import { storage, threads, type StorageSettings, type ThreadSettings } from './tracing';

type RumMeasurement = 'session' | 'view' | 'resource' | 'action' | 'long_task' | 'error' | 'telemetry';

/** A network that delivers static files. */
interface Cdn {
  /** Domain; `*` stands for a part of it. */
  readonly domain: string;
  readonly name: string;
  readonly website: string;
}

/**
 * Takes in what browsers report, on port 9529.
 *
 * Browsers must be able to reach that port, and whoever reaches it can send data: put a proxy before it and limit it to
 * applications by the setting `rumAppIds`.
 */
export interface RumSettings {
  /** Routes of the intake. DataKit registers none where they are missing. */
  readonly endpoints: readonly string[];
  /** Routes of session replays. Default: none. */
  readonly sessionReplayEndpoints?: readonly string[];
  /** What is taken in. Default: all but `session`. */
  readonly measurements?: readonly RumMeasurement[];
  readonly javaHome?: string;
  readonly androidCmdlineHome?: string;
  readonly proguardHome?: string;
  readonly ndkHome?: string;
  readonly atosBinPath?: string;
  /** Networks beside those DataKit knows. */
  readonly cdnMap?: readonly Cdn[];
  readonly threads?: ThreadSettings;
  readonly storage?: StorageSettings;
  /** How replays wait on disk and are sent on; defaults 20480 MB, 16 workers, 75s, 3 attempts. */
  readonly sessionReplay?: UploadSettings;
}

const cdns = list(
  table<Cdn>({
    domain: required('domain', text('*.example.com')),
    name: required('name', text('example')),
    website: required('website', text('https://www.example.com')),
  }),
);

/** DataKit reads this list as JSON inside of a text. */
const cdnMap: Kind<readonly Cdn[]> = { ...cdns, render: (value) => JSON.stringify(cdns.render(value)) };

export const rum: Collector<RumSettings> = {
  input: 'rum',
  form: 'list',
  kind: table<RumSettings>({
    endpoints: required('endpoints', list(path, { filled: true })),
    sessionReplayEndpoints: optional('session_replay_endpoints', list(path)),
    measurements: optional(
      'measurements',
      list(oneOf('session', 'view', 'resource', 'action', 'long_task', 'error', 'telemetry')),
    ),
    javaHome: optional('java_home', file),
    androidCmdlineHome: optional('android_cmdline_home', file),
    proguardHome: optional('proguard_home', file),
    ndkHome: optional('ndk_home', file),
    atosBinPath: optional('atos_bin_path', file),
    cdnMap: optional('cdn_map', cdnMap),
    threads: optional('threads', threads),
    storage: optional('storage', storage),
    sessionReplay: optional('session_replay', table<UploadSettings>(uploadFields)),
  }),
};

/** The routes the browser's library reports to. */
export const defaultRum: RumSettings = {
  endpoints: ['/v1/write/rum'],
  sessionReplayEndpoints: ['/v1/write/rum/replay'],
  measurements: ['view', 'resource', 'action', 'long_task', 'error', 'telemetry'],
};
