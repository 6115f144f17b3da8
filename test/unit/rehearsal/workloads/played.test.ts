import type { V1Probe } from '@kubernetes/client-node';
import { playedWorkloads } from '../../../../rehearsal/workloads/played';
import type { PodView } from '../../../../rehearsal/workloads/pods';

const pod = (name: string, probes: readonly V1Probe[] = [], containers = 1): PodView => ({
  ...{ uid: name, namespace: 'shop', name, podIP: '10.0.0.1', service: 'cart', version: 'v1' },
  ...{ labels: {}, annotations: {}, mesh: 'sidecar', controller: { kind: 'StatefulSet', name: 'cart' } },
  containers: Array.from({ length: containers }, (_, index) => ({
    ...{ name: `c${index}`, image: '', ports: [], env: {}, isInit: false },
    ...(index === 0 ? { readiness: probes[0], liveness: probes[1] } : {}),
  })),
});
const grpc = { port: 7070, protocol: 'grpc' } as const;

test('the pods of a workload are told together, with what is spoken and called', () => {
  const calls = ['tcp://redis:6379'];
  expect(
    playedWorkloads([
      { pod: pod('cart-0'), ports: [grpc], calls },
      { pod: pod('cart-1'), ports: [grpc], calls },
    ]),
  ).toEqual([{ namespace: 'shop', workload: 'cart', pods: 2, ports: [grpc], calls, notes: [] }]);
});

test.each<[string, PodView, string | undefined]>([
  ['a command', pod('a', [{ exec: { command: ['redis-cli', 'ping'] } }]), '1 probes are commands'],
  ['HTTPS', pod('a', [{ httpGet: { port: 1, scheme: 'HTTPS' } }]), '1 probes ask by HTTPS'],
  ['two containers', pod('a', [], 2), '2 containers are one process'],
  ['nothing of the sort', pod('a', [{ tcpSocket: { port: 7070 } }]), undefined],
])('a pod with %s says what is not as it would be', (_, view, note) => {
  const [played] = playedWorkloads([{ pod: view, ports: [grpc], calls: [] }]);
  expect(played?.notes).toEqual(note === undefined ? [] : [expect.stringContaining(note)]);
});

test('a port of which nothing says what is spoken there is named', () => {
  const [played] = playedWorkloads([{ pod: pod('a'), ports: [{ port: 99, protocol: 'any' }], calls: [] }]);
  expect(played?.notes).toEqual(['nothing says what is spoken on 99: anything is']);
});
