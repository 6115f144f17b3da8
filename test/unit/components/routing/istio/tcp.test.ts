import { planStep, type Release, type Step } from '../../../../../components/canary';
import { routers } from '../../../../../components/routing/pure';
import { reviews } from '../../canary/fixtures';

const store = (more: Partial<Release> = {}): Release => ({ ...reviews('v1', 'v2', more), service: 'store' });
const one = [{ name: 'tcp-data', port: 5000 }];
const two = [...one, { name: 'redis', port: 6379 }];
const { back, mentionedIn, problems, render, renderPolicy, weightsOf } = routers.tcp;

const specAt = (step: Step, ports = one) =>
  render(planStep(store(), step), store(), { namespace: 'prod', ports }).at(-1)!.manifest;

test('weights of connections stand in a VirtualService between the same subsets', () => {
  const objects = render(planStep(store(), 10), store(), { namespace: 'prod', ports: one });
  expect(objects.map(({ role, suffix }) => [role, suffix])).toEqual([
    ['targets', 'destination-rule'],
    ['weights', 'virtual-service'],
  ]);
  expect(objects[1]!.manifest.spec).toEqual({
    hosts: ['store'],
    tcp: [
      {
        route: [
          { destination: { host: 'store', subset: 'v1' }, weight: 90 },
          { destination: { host: 'store', subset: 'v2' }, weight: 10 },
        ],
      },
    ],
  });
});

test('of several ports each has the weights', () => {
  const destination = (port: number) => ({ host: 'store', subset: 'v2', port: { number: port } });
  expect(specAt(100, two).spec).toEqual({
    hosts: ['store'],
    tcp: [5000, 6379].map((port) => ({ match: [{ port }], route: [{ destination: destination(port) }] })),
  });
});

test.each([one, two])('what is written is read again, and taken back', (...ports) => {
  expect(weightsOf(specAt(10, ports).spec)).toEqual({ v1: 90, v2: 10 });
  expect(mentionedIn(specAt(10, ports).spec)).toEqual(['v1', 'v2']);
  expect(back(specAt(50, ports), 'v1')).toEqual(specAt(0, ports));
});

test('a service that is not under release has its connections led to all its pods', () => {
  expect(renderPolicy('store', {}, { ports: one }).map(({ manifest }) => manifest.spec)).toEqual([
    { hosts: ['store'], tcp: [{ route: [{ destination: { host: 'store' } }] }] },
  ]);
});

test('what is about requests is refused, each with the alternative, by every API of connections', () => {
  const routed = store({
    match: [{ header: 'x', exact: 'y' }],
    mirror: { percent: 10 },
    sticky: { cookie: 'seen' },
    timeout: '2s',
    retries: { attempts: 1, perTryTimeout: '1s' },
    drills: [{ abort: { httpStatus: 503, percent: 1 } }],
  });
  for (const router of [routers.tcp, routers.tcpRoute]) {
    expect(router.problems(routed, { path: 'release', ports: one }).map(({ path }) => path)).toEqual(
      ['match', 'mirror', 'sticky', 'timeout', 'retries', 'drills'].map((key) => `release.${key}`),
    );
  }
});

test.each([
  ['one TCP port', one, []],
  ['several', two, []],
  ['a port for requests beside it', [...one, { name: 'http', port: 80 }], [/ports for requests \(http 80\)/]],
  ['no port that is known', [], [/no TCP port of the service is known/]],
])('%s', (_what, ports, found) => {
  const texts = problems(store(), { path: 'release', ports }).map(({ problem }) => problem);
  expect(texts).toEqual(found.map((pattern) => expect.stringMatching(pattern) as unknown));
});

test('a TCPRoute leads to one port', () => {
  expect(routers.tcpRoute.problems(store(), { path: 'release', ports: two })).toEqual([
    expect.objectContaining({ path: 'release.routing', remedy: 'route by tcp' }),
  ]);
});
