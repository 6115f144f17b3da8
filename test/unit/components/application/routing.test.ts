import {
  bookinfo,
  routingProblems,
  withRouting,
  type Application,
} from '../../../../components/application/pure';
import { reviews } from '../canary/fixtures';

const withPorts = (...ports: readonly { name?: string; port: number }[]): Application => ({
  name: 'shop',
  services: [{ name: 'store', versions: ['v1', 'v2'], existing: { deployments: { v1: 'store-v1' }, ports } }],
});
const store = { ...reviews(), service: 'store' };

test.each([
  ['HTTP', [{ name: 'http', port: 80 }], undefined],
  ['gRPC', [{ name: 'grpc', port: 80 }], undefined],
  ['a protocol that Istio finds out', [{ port: 80 }], undefined],
  ['no port that is known', [], undefined],
  ['TCP', [{ name: 'tcp-data', port: 80 }], 'tcp'],
  [
    'a database',
    [
      { name: 'redis', port: 80 },
      { name: 'mongo', port: 81 },
    ],
    'tcp',
  ],
  [
    'TCP beside HTTP',
    [
      { name: 'tcp-data', port: 80 },
      { name: 'http', port: 81 },
    ],
    undefined,
  ],
] as const)('by default a service is routed by what its ports speak: %s', (_what, ports, routing) => {
  expect(withRouting(withPorts(...ports), 'store', store).routing).toBe(routing);
});

test('what is said holds', () => {
  const said = { ...store, routing: 'tcpRoute' } as const;
  expect(withRouting(withPorts({ name: 'redis', port: 80 }), 'store', said)).toBe(said);
});

test('what the API of a release cannot express is told with its place, of several at once', () => {
  const policy = { ...reviews(), routing: 'httpRoute', sticky: { cookie: 'seen' } } as const;
  const ratings = { routing: 'grpcRoute', timeout: '2s' } as const;
  const problems = routingProblems(bookinfo, {
    reviews: { policy, path: 'bookinfo:release' },
    ratings: { policy: ratings, path: 'bookinfo:routePolicies.ratings' },
  });
  expect(problems.map(({ path }) => path)).toEqual([
    'bookinfo:release.sticky',
    'bookinfo:routePolicies.ratings.timeout',
  ]);
});
