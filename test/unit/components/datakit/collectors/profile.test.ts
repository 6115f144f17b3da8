import {
  profile,
  profileEndpoints,
  renderCollector,
  type ProfileSettings,
} from '../../../../../components/datakit/pure';
import { placesOf, readBack, type Every } from '../support';

const every: Every<ProfileSettings> = {
  endpoints: ['/profiling/v1/input'],
  election: false,
  bodySizeLimitMb: 16,
  generateMetrics: false,
  ioConfig: {
    cachePath: '/usr/local/datakit/cache/profile_inputs',
    cacheCapacityMb: 1024,
    clearCacheOnStart: true,
    uploadWorkers: 2,
    sendTimeout: '30s',
    sendRetryCount: 0,
    filterRules: ["{ service = 'x' }"],
  },
  tags: { project: 'bookinfo' },
  go: [
    {
      url: 'http://ratings.prod:6060',
      interval: '10s',
      service: 'ratings',
      env: 'prod',
      version: 'v1',
      enabledTypes: ['cpu', 'goroutine', 'heap', 'mutex', 'block'],
      tags: { team: 'a' },
      tlsOpen: true,
      tlsCa: '/ca.crt',
      tlsCert: '/tls.crt',
      tlsKey: '/tls.key',
      insecureSkipVerify: true,
    },
  ],
};

describe('profile', () => {
  it('spells every setting as DataKit does', () => {
    expect(readBack(profile, every)).toEqual({
      endpoints: ['/profiling/v1/input'],
      election: false,
      body_size_limit_mb: 16n,
      generate_metrics: false,
      io_config: {
        cache_path: '/usr/local/datakit/cache/profile_inputs',
        cache_capacity_mb: 1024n,
        clear_cache_on_start: true,
        upload_workers: 2n,
        send_timeout: '30s',
        send_retry_count: 0n,
        filter_rules: ["{ service = 'x' }"],
      },
      tags: { project: 'bookinfo' },
      go: [
        {
          url: 'http://ratings.prod:6060',
          interval: '10s',
          service: 'ratings',
          env: 'prod',
          version: 'v1',
          enabled_types: ['cpu', 'goroutine', 'heap', 'mutex', 'block'],
          tags: { team: 'a' },
          tls_open: true,
          tls_ca: '/ca.crt',
          tls_cert: '/tls.crt',
          tls_key: '/tls.key',
          insecure_skip_verify: true,
        },
      ],
    });
  });

  it('refuses what DataKit would pull nothing by', () => {
    const go = { url: 'http://r:6060', service: 'ratings', enabledTypes: [], interval: '9s', tlsKey: '/k' };
    expect(placesOf(() => renderCollector(profile, { endpoints: [], go: [go] }))).toEqual([
      'profile.endpoints',
      'profile.go[0].interval',
      'profile.go[0].enabledTypes',
    ]);
    const half = { ...go, interval: '10s', enabledTypes: ['cpu' as const] };
    expect(placesOf(() => renderCollector(profile, { endpoints: profileEndpoints, go: [half] }))).toEqual([
      'profile.go[0].tlsCert',
    ]);
  });
});
