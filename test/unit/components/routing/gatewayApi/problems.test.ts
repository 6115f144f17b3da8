import { routers, type Routed, type RoutedAt } from '../../../../../components/routing/pure';

const http = [{ name: 'http', port: 80 }];
const found = (routing: 'httpRoute' | 'grpcRoute', routed: Routed, at: Partial<RoutedAt> = {}) =>
  routers[routing]
    .problems(routed, { path: 'release', ports: http, ...at })
    .map(({ path, problem, remedy }) => `${path} ${problem}; ${remedy}`);

test.each<[string, Routed]>([
  ['drills', { drills: [{ abort: { httpStatus: 503, percent: 10 } }] }],
  ['sticky', { sticky: { cookie: 'seen' } }],
  ['retries', { retries: { attempts: 2, perTryTimeout: '1s' } }],
])('%s cannot be expressed, and is refused with the alternative', (key, routed) => {
  const pattern = new RegExp(`^release\\.${key} cannot be expressed by an HTTPRoute: .*virtualService$`);
  expect(found('httpRoute', routed)).toEqual([expect.stringMatching(pattern)]);
});

test.each<[string, Routed]>([
  ['nothing but weights', {}],
  ['an empty list of drills', { drills: [] }],
  [
    'match, mirror, time-out and limits',
    {
      match: [{ header: 'end-user', exact: 'jason' }],
      mirror: { percent: 1 },
      timeout: '2s',
      connectionPool: { maxConnections: 1 },
    },
  ],
])('%s can', (_what, routed) => {
  expect(found('httpRoute', routed)).toEqual([]);
});

test('everything at once', () => {
  expect(
    found('grpcRoute', { timeout: '1s', drills: [{}], retries: { attempts: 1, perTryTimeout: '1s' } }),
  ).toHaveLength(3);
});

test.each<[string, RoutedAt['ports'], RegExp | undefined]>([
  ['one port without a name', [{ port: 80 }], undefined],
  ['a port that speaks HTTP and one that does not', [...http, { name: 'tcp-admin', port: 90 }], undefined],
  [
    'two that speak HTTP',
    [...http, { name: 'http-metrics', port: 90 }],
    /has 2 ports that speak HTTP \(http 80, http-metrics 90\)/,
  ],
  [
    'none that does',
    [{ name: 'redis', port: 6379 }],
    /no port of the service is known that speaks HTTP \(redis 6379\)/,
  ],
  ['none that is known', [], /none is known/],
  ['UDP alone', [{ port: 53, protocol: 'UDP' }], /no port/],
])('ports: %s', (_what, ports, problem) => {
  expect(found('httpRoute', {}, { ports })).toEqual(
    problem === undefined ? [] : [expect.stringMatching(problem)],
  );
});

test('the paths of an entry would hold for its callers in the mesh as well', () => {
  const entry = { paths: [{ exact: '/' }] };
  expect(found('httpRoute', {}, { entry })).toEqual([]);
  expect(found('httpRoute', {}, { entry, callers: ['web'] })).toEqual([
    expect.stringMatching(/web calls the service from the mesh/),
  ]);
  expect(found('httpRoute', {}, { entry: { paths: [{ prefix: '/' }] }, callers: ['web'] })).toEqual([]);
});
