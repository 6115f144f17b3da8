import { bookinfo, type Application } from '../../../../components/application/pure';
import type { Observation } from '../../../../release/metrics';
import { observe, scopeAt, scopeOf } from '../../../../release/sequence/observe';
import { openSession, type Session } from '../../../../release/sequence/session';
import { World } from './fakes';

const sessionOf = (application?: Application): Session => {
  const world = new World();
  const context = world.context();
  const settings = { ...context.settings, ...(application === undefined ? {} : { application }) };
  return openSession({ ...context, settings }, { ports: world.ports() });
};

test('a release observes both versions, by the names of their workloads as well', () => {
  expect(scopeOf(sessionOf())).toEqual({
    ...{ service: 'reviews', namespace: 'prod', versions: ['v1', 'v2'] },
    workloads: { v1: 'reviews-v1', v2: 'reviews-v2' },
    protocol: undefined,
  });
});

test.each([
  [0, 'v1'],
  [10, undefined],
  [100, 'v2'],
  ['baseline', 'v1'],
  ['finished', 'v2'],
] as const)('at %s, requests without a version are %s', (step, only) => {
  expect(scopeAt(sessionOf(), step).only).toBe(only);
});

test('where a header leads to the canary too, nobody says whose they are', () => {
  const session = sessionOf();
  const release = { ...session.release, match: [{ header: 'end-user', exact: 'jason' }] };
  expect(scopeAt({ ...session, release }, 0).only).toBeUndefined();
});

test('a service all of whose ports speak gRPC is judged by its statuses', () => {
  const speaking = (...names: string[]): Application => {
    const existing = { ports: names.map((name, i) => ({ name, port: 9080 + i })) };
    const [first] = bookinfo.services;
    const service = { name: 'reviews', calls: [], existing } as unknown as typeof first;
    return { ...bookinfo, services: [service!] };
  };
  const protocols = [['grpc'], ['grpc-api', 'grpc'], ['grpc', 'http'], ['http'], []].map(
    (names) => scopeOf(sessionOf(speaking(...names))).protocol,
  );
  expect(protocols).toEqual(['grpc', 'grpc', undefined, undefined, undefined]);
});

test('a look is told which version has no ready pod', async () => {
  const session = sessionOf();
  const pods = (version: string) =>
    Promise.resolve({
      kind: 'pods' as const,
      pods: [{ name: version, ready: version === 'v1', restarts: 0 }],
    });
  const cluster = { ...session.ports.cluster, pods };
  let told: unknown;
  const observation: Observation = {
    look: (_, moment) => {
      told = moment;
      return Promise.resolve({ at: 0, source: 'played', evidence: {} });
    },
  };
  await observe({ ...session, ports: { ...session.ports, cluster } }, { observation });
  expect(told).toEqual({ withoutPods: ['v2'] });
});
