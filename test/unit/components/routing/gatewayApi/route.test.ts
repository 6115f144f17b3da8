import { planStep, type Release, type Step } from '../../../../../components/canary';
import { routers, type EntryPlace } from '../../../../../components/routing/pure';
import { jason, reviews } from '../../canary/fixtures';

const ports = [{ name: 'http', port: 9080, targetPort: 9080 }];
const place = { namespace: 'prod', ports };
const { render, renderPolicy, renderEntry } = routers.httpRoute;

const at = (step: Step, more: Partial<Release> = {}, where: object = place) => {
  const release = reviews('v1', 'v2', { routing: 'httpRoute', ...more });
  return render(planStep(release, step), release, where);
};
const routeAt = (...args: Parameters<typeof at>) =>
  at(...args).find(({ role }) => role === 'weights')!.manifest.spec as {
    rules: { name: string; matches?: unknown[]; filters?: unknown[]; backendRefs: { name: string }[] }[];
  };

const ref = (version: string, weight: number) => ({
  group: '',
  kind: 'Service',
  name: `reviews-${version}`,
  port: 9080,
  weight,
});
const everyPath = { path: { type: 'PathPrefix', value: '/' } };

test('a step is a Service for each version, then one route with everything written out that the API would fill in', () => {
  expect(at(10).map(({ suffix }) => suffix)).toEqual(['v1-service', 'v2-service', 'http-route']);
  expect(at(10).map(({ manifest }) => manifest)).toEqual([
    ...['v1', 'v2'].map((version) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: `reviews-${version}`,
        namespace: 'prod',
        labels: { app: 'reviews' },
        annotations: { 'pulumi.com/skipAwait': 'true' },
      },
      spec: {
        type: 'ClusterIP',
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
        selector: { app: 'reviews', version },
        ports: [{ name: 'http', port: 9080, targetPort: 9080, protocol: 'TCP' }],
      },
    })),
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'reviews', namespace: 'prod', labels: { app: 'reviews' } },
      spec: {
        parentRefs: [{ group: '', kind: 'Service', name: 'reviews' }],
        rules: [{ name: 'default', matches: [everyPath], backendRefs: [ref('v1', 90), ref('v2', 10)] }],
      },
    },
  ]);
});

test('a weight step changes the route and nothing else', () => {
  const others = (step: Step) => at(step).filter(({ role }) => role !== 'weights');
  for (const step of [10, 25, 50, 100] as const) expect(others(step)).toEqual(others(0));
});

test.each([
  ['baseline', ['reviews-v1'], ['reviews-v1']],
  [0, ['reviews-v1', 'reviews-v2'], ['reviews-v1']],
  [50, ['reviews-v1', 'reviews-v2'], ['reviews-v1', 'reviews-v2']],
  [100, ['reviews-v1', 'reviews-v2'], ['reviews-v2']],
  ['finished', ['reviews-v2'], ['reviews-v2']],
] as const)('at %s no version of weight 0 is named', (step, services, backends) => {
  const kinds = at(step).filter(({ manifest }) => manifest.kind === 'Service');
  expect(kinds.map(({ manifest }) => manifest.metadata.name)).toEqual(services);
  expect(
    routeAt(step)
      .rules.at(-1)!
      .backendRefs.map(({ name }) => name),
  ).toEqual(backends);
});

test('what is finished is the baseline of the next release, object by object', () => {
  const next = reviews('v2', 'v3', { routing: 'httpRoute' });
  expect(at('finished')).toEqual(render(planStep(next, 'baseline'), next, place));
});

test.each([
  ['a header', jason, [{ type: 'Exact', name: 'end-user', value: 'jason' }]],
  // Envoy matches a header by a regular expression as a whole (istio/istio pilot/pkg/config/kube/gateway/conversion.go).
  [
    'the beginning of a header',
    { header: 'user-agent', prefix: 'curl/8.' },
    [{ type: 'RegularExpression', name: 'user-agent', value: 'curl/8\\..*' }],
  ],
  [
    'a cookie',
    { cookie: 'seen', exact: 'v2' },
    [{ type: 'RegularExpression', name: 'cookie', value: '^(.*;\\s*)?seen=v2(;.*)?$' }],
  ],
] as const)('who sees the canary anyway: by %s', (_what, match, headers) => {
  expect(routeAt(0, { match: [match] }).rules).toEqual([
    { name: 'canary-match', matches: [{ ...everyPath, headers }], backendRefs: [ref('v2', 100)] },
    { name: 'default', matches: [everyPath], backendRefs: [ref('v1', 100)] },
  ]);
});

test.each([
  [25, { percent: 25 }],
  [0.5, { fraction: { numerator: 50, denominator: 10_000 } }],
])('a mirror of %s per cent', (percent, share) => {
  const { weight: _all, ...backendRef } = ref('v2', 100);
  expect(routeAt(0, { mirror: { percent } }).rules[0]!.filters).toEqual([
    { type: 'RequestMirror', requestMirror: { backendRef, ...share } },
  ]);
});

test('a time-out is written as the API reads durations (GEP-2257), which have no fractions', () => {
  expect(routeAt(10, { timeout: '1.5s' }).rules[0]).toMatchObject({ timeouts: { request: '1500ms' } });
});

test('limits stand at each version’s Service, where Envoy counts them', () => {
  const pool = { connectionPool: { maxConnections: 10 } };
  const rules = at(10, pool).filter(({ manifest }) => manifest.kind === 'DestinationRule');
  expect(rules.map(({ manifest }) => [manifest.metadata.name, manifest.spec])).toEqual(
    ['reviews-v1', 'reviews-v2'].map((host) => [
      host,
      { host, trafficPolicy: { connectionPool: { tcp: { maxConnections: 10 } } } },
    ]),
  );
});

test('a Service with more ports: the route is for the one that speaks HTTP', () => {
  const more = [...ports, { name: 'tcp-admin', port: 9000 }];
  expect(routeAt(10, {}, { ...place, ports: more })).toMatchObject({
    parentRefs: [{ kind: 'Service', name: 'reviews', port: 9080 }],
  });
});

const entry: EntryPlace = {
  name: 'bookinfo',
  namespace: 'prod',
  gateway: 'prod-bookinfo',
  hosts: ['*'],
  paths: [{ exact: '/productpage' }, { prefix: '/static' }],
  service: 'productpage',
  port: 9080,
  released: true,
};

test('the entry has one route for the mesh and for the gateway, by the paths that are let in', () => {
  const { rules, ...spec } = routeAt(10, { match: [jason] }, { ...place, isEntry: true, entry });
  expect(spec).toEqual({
    parentRefs: [
      { group: '', kind: 'Service', name: 'reviews' },
      {
        group: 'gateway.networking.k8s.io',
        kind: 'Gateway',
        name: 'prod-bookinfo',
        namespace: 'istio-system',
      },
    ],
  });
  expect(rules.map(({ matches }) => matches?.length)).toEqual([2, 2]);
  expect(rules[1]!.matches).toEqual([
    { path: { type: 'Exact', value: '/productpage' } },
    { path: { type: 'PathPrefix', value: '/static' } },
  ]);
  expect(renderEntry(entry)).toEqual([
    expect.objectContaining({
      kind: 'Gateway',
      metadata: { name: 'prod-bookinfo', namespace: 'istio-system' },
    }),
  ]);
});

test('a service that is not under release keeps one route, to all its pods', () => {
  expect(renderPolicy('ratings', { routing: 'httpRoute', timeout: '2s' }, place)).toEqual([
    expect.objectContaining({
      role: 'weights',
      suffix: 'http-route',
      manifest: expect.objectContaining({
        kind: 'HTTPRoute',
        spec: {
          parentRefs: [{ group: '', kind: 'Service', name: 'ratings' }],
          rules: [
            {
              name: 'default',
              matches: [everyPath],
              backendRefs: [{ group: '', kind: 'Service', name: 'ratings', port: 9080, weight: 100 }],
              timeouts: { request: '2000ms' },
            },
          ],
        },
      }) as unknown,
    }),
  ]);
});

test('a GRPCRoute matches by header alone', () => {
  const release = reviews('v1', 'v2', { routing: 'grpcRoute', match: [jason] });
  const grpc = [{ name: 'grpc', port: 9080 }];
  const [, , route] = routers.grpcRoute.render(planStep(release, 10), release, { ...place, ports: grpc });
  expect(route!.manifest).toMatchObject({ kind: 'GRPCRoute', metadata: { name: 'reviews' } });
  expect((route!.manifest.spec as { rules: unknown }).rules).toEqual([
    {
      name: 'canary-match',
      matches: [{ headers: [{ type: 'Exact', name: 'end-user', value: 'jason' }] }],
      backendRefs: [ref('v2', 100)],
    },
    { name: 'default', backendRefs: [ref('v1', 90), ref('v2', 10)] },
  ]);
});
