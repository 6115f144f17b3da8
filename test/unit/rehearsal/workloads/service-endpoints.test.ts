import type { CoreV1Api, DiscoveryV1Api, V1EndpointSlice, V1Service } from '@kubernetes/client-node';
import { clusterResolver, endpointsOf, serviceOf } from '../../../../rehearsal/workloads/service-endpoints';

const service: V1Service = {
  spec: {
    ports: [
      { name: 'grpc', port: 15010 },
      { name: 'http-monitoring', port: 15014 },
    ],
  },
};
const slice = (port: number, ...endpoints: [string, boolean | undefined][]): V1EndpointSlice => ({
  addressType: 'IPv4',
  ports: [{ name: 'http-monitoring', port }],
  endpoints: endpoints.map(([address, ready]) => ({ addresses: [address], conditions: { ready } })),
});

test.each([
  ['istiod.istio-system.svc.cluster.local', { name: 'istiod', namespace: 'istio-system' }],
  ['istiod.istio-system.svc', { name: 'istiod', namespace: 'istio-system' }],
  ['istiod.istio-system', { name: 'istiod', namespace: 'istio-system' }],
  ['openway.guance.com', undefined],
  ['localhost', undefined],
])('%s', (host, expected) => {
  expect(serviceOf(host)).toEqual(expected);
});

test("a Service's port leads to the ready endpoints behind its name", () => {
  const slices = [slice(8080, ['10.0.0.1', true], ['10.0.0.2', false]), slice(8081, ['10.0.0.3', undefined])];
  expect(endpointsOf(service, slices, 15014)).toEqual([
    { address: '10.0.0.1', port: 8080 },
    { address: '10.0.0.3', port: 8081 },
  ]);
  expect(endpointsOf(service, slices, 15010)).toEqual([]);
  expect(endpointsOf(service, slices, 1)).toEqual([]);
});

test('by the API; addresses as they are, and names that lead nowhere say so', async () => {
  const core = {
    readNamespacedService: ({ name }: { name: string }) =>
      name === 'istiod'
        ? Promise.resolve(service)
        : Promise.reject(Object.assign(new Error('HTTP 404'), { code: 404 })),
  } as unknown as CoreV1Api;
  const asked: string[] = [];
  const discovery = {
    listNamespacedEndpointSlice: ({ labelSelector }: { labelSelector: string }) => {
      asked.push(labelSelector);
      return Promise.resolve({ items: [slice(15014, ['10.0.0.1', true])] });
    },
  } as unknown as DiscoveryV1Api;
  const resolve = clusterResolver(core, discovery);
  expect(await resolve('istiod.istio-system.svc.cluster.local', 15014)).toEqual([
    { address: '10.0.0.1', port: 15014 },
  ]);
  expect(asked).toEqual(['kubernetes.io/service-name=istiod']);
  expect(await resolve('10.9.9.9', 80)).toEqual([{ address: '10.9.9.9', port: 80 }]);
  await expect(resolve('istiod.istio-system', 80)).rejects.toThrow('no ready endpoint for port 80');
  await expect(resolve('none.prod.svc', 80)).rejects.toThrow('there is no Service prod/none');
  await expect(resolve('example.com', 80)).rejects.toThrow();
});
