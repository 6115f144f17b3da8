import type { PodView } from '../../../../rehearsal/workloads/pods';
import { serviceTable, serviceView, targetedPorts } from '../../../../rehearsal/workloads/services';

const services = serviceTable([
  serviceView({
    metadata: { name: 'front-end', namespace: 'shop' },
    // The published Sock Shop sends port 80 to 8079, which its container declares.
    spec: { selector: { name: 'front-end' }, ports: [{ port: 80, targetPort: 8079 }] },
  }),
  serviceView({
    metadata: { name: 'front-end', namespace: 'other' },
    spec: { selector: { name: 'front-end' }, ports: [{ port: 80 }] },
  }),
  serviceView({
    metadata: { name: 'metrics', namespace: 'shop' },
    spec: {
      selector: { name: 'front-end' },
      ports: [
        { name: 'a', port: 1, targetPort: 'metrics' },
        { name: 'b', port: 2, targetPort: 'nowhere' },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
    },
  }),
  serviceView({ metadata: { name: 'without-selector', namespace: 'shop' }, spec: { ports: [{ port: 5 }] } }),
]);

test.each([
  ['front-end', 'shop', 'shop'],
  ['front-end.other', 'shop', 'other'],
  ['front-end.other.svc', 'shop', 'other'],
  ['front-end.other.svc.cluster.local', 'shop', 'other'],
  ['front-end.nowhere', 'shop', undefined],
  ['example.com', 'shop', undefined],
  ['missing', 'shop', undefined],
])('%s means, for a pod of %s, the Service in %s', (host, namespace, expected) => {
  expect(services.find(host, namespace)?.namespace).toBe(expected);
});

test('the ports that Services send to are those of a pod that they choose, by number and by name', () => {
  const pod: PodView = {
    ...{ uid: 'u', namespace: 'shop', name: 'front-end-1', podIP: '10.0.0.1', service: '', version: '' },
    ...{ labels: { name: 'front-end', more: 'x' }, annotations: {}, mesh: 'plain' },
    containers: [
      { name: 'app', image: '', ports: [{ name: 'metrics', port: 9100 }], env: {}, isInit: false },
    ],
  };
  expect(targetedPorts(services, pod)).toEqual([8079, 9100]);
  expect(targetedPorts(services, { ...pod, labels: { name: 'back-end' } })).toEqual([]);
});
