import * as fc from 'fast-check';
import type { Release, RequestMatch } from '../../../../components/canary/pure';

const header: fc.Arbitrary<RequestMatch> = fc.record({
  header: fc.constantFrom('end-user', 'x-group'),
  exact: fc.constantFrom('jason', 'ann', 'zoe'),
});
const cookie: fc.Arbitrary<RequestMatch> = fc.record({
  cookie: fc.constantFrom('group', 'tester'),
  exact: fc.constantFrom('a', 'b'),
});
const match = fc.array(fc.oneof(header, cookie), { minLength: 1, maxLength: 3 });

const drill = fc.oneof(
  fc.record({ match, delay: fc.constant({ fixedDelay: '7s', percent: 100 }) }),
  fc.record({ match, abort: fc.record({ httpStatus: fc.constantFrom(500, 503), percent: fc.constant(50) }) }),
);

export const stepsList = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 5 })
  .map((inner) => [0, ...inner.sort((a, b) => a - b), 100]);

const drop = (release: Release): Release =>
  Object.fromEntries(
    Object.entries(release).filter(([, value]) => value !== undefined),
  ) as unknown as Release;

/** Any sound release of reviews, between two of five versions. */
export const anyRelease: fc.Arbitrary<Release> = fc
  .record({
    versions: fc.uniqueArray(fc.constantFrom('v1', 'v2', 'v3', 'v4', 'v5'), { minLength: 2, maxLength: 2 }),
    steps: stepsList,
    match: fc.option(match, { nil: undefined }),
    mirror: fc.option(fc.record({ percent: fc.integer({ min: 1, max: 100 }) }), { nil: undefined }),
    sticky: fc.option(fc.record({ cookie: fc.constantFrom('seen', 'group') }), { nil: undefined }),
    outlier: fc.boolean(),
    connectionPool: fc.option(
      fc.record(
        {
          maxConnections: fc.integer({ min: 1, max: 1000 }),
          http2MaxRequests: fc.integer({ min: 1, max: 1000 }),
        },
        { requiredKeys: ['maxConnections'] },
      ),
      { nil: undefined },
    ),
    timeout: fc.option(fc.constantFrom('10s', '1m'), { nil: undefined }),
    retries: fc.option(fc.constant({ attempts: 2, perTryTimeout: '2s' }), { nil: undefined }),
    drills: fc.option(fc.array(drill, { maxLength: 2 }), { nil: undefined }),
  })
  .map(({ versions, outlier, ...rest }) =>
    drop({
      service: 'reviews',
      stable: { version: versions[0]!, image: `reviews:${versions[0]}` },
      canary: { version: versions[1]!, image: `reviews:${versions[1]}` },
      ...rest,
      outlierDetection: outlier
        ? { consecutive5xxErrors: 5, interval: '10s', baseEjectionTime: '30s', maxEjectionPercent: 100 }
        : undefined,
    }),
  );
