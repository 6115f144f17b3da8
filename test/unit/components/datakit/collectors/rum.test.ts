import { defaultRum, renderCollector, rum, type RumSettings } from '../../../../../components/datakit/pure';
import { placesOf, readBack, type Every } from '../support';

const cdn = { domain: '*.example.com', name: 'a "b"', website: 'https://www.example.com' };

const every: Every<RumSettings> = {
  endpoints: ['/v1/write/rum'],
  sessionReplayEndpoints: ['/v1/write/rum/replay'],
  measurements: ['session', 'view', 'resource', 'action', 'long_task', 'error', 'telemetry'],
  javaHome: '/java',
  androidCmdlineHome: '/cmdline',
  proguardHome: '/proguard',
  ndkHome: '/ndk',
  atosBinPath: '/atosl',
  cdnMap: [cdn],
  threads: { buffer: 1, threads: 1 },
  storage: { path: '/cache', capacity: 1 },
  sessionReplay: {
    cachePath: '/cache/session_replay',
    cacheCapacityMb: 1,
    clearCacheOnStart: true,
    uploadWorkers: 1,
    sendTimeout: '75s',
    sendRetryCount: 3,
    filterRules: ["{ app_id = 'x' }"],
  },
};

describe('rum', () => {
  it('spells every setting as DataKit does', () => {
    const { cdn_map, ...others } = readBack(rum, every) as Record<string, unknown>;
    expect(JSON.parse(cdn_map as string)).toEqual([cdn]);
    expect(others).toEqual({
      endpoints: ['/v1/write/rum'],
      session_replay_endpoints: ['/v1/write/rum/replay'],
      measurements: ['session', 'view', 'resource', 'action', 'long_task', 'error', 'telemetry'],
      java_home: '/java',
      android_cmdline_home: '/cmdline',
      proguard_home: '/proguard',
      ndk_home: '/ndk',
      atos_bin_path: '/atosl',
      threads: { buffer: 1n, threads: 1n },
      storage: { path: '/cache', capacity: 1n },
      session_replay: {
        cache_path: '/cache/session_replay',
        cache_capacity_mb: 1n,
        clear_cache_on_start: true,
        upload_workers: 1n,
        send_timeout: '75s',
        send_retry_count: 3n,
        filter_rules: ["{ app_id = 'x' }"],
      },
    });
  });

  it('refuses routes that are none and measurements there are not', () => {
    const settings = { ...defaultRum, endpoints: ['rum'], measurements: ['views'] };
    expect(placesOf(() => renderCollector(rum, settings as unknown as RumSettings))).toEqual([
      'rum.endpoints[0]',
      'rum.measurements[0]',
    ]);
  });
});
