import type { V1Pod } from '@kubernetes/client-node';
import { applicationPorts, isRunning, podView } from '../../../../rehearsal/workloads/pods';

const proxy = { name: 'istio-proxy', image: 'proxyv2', ports: [{ containerPort: 15090 }] };
const app = {
  name: 'reviews',
  image: 'reviews',
  ports: [{ containerPort: 9080 }, { containerPort: 53, protocol: 'UDP' }],
  env: [
    { name: 'LOG_DIR', value: '/tmp' },
    { name: 'POD', valueFrom: {} },
  ],
};
const pod = (spec: Partial<NonNullable<V1Pod['spec']>>, labels: Record<string, string> = {}): V1Pod => ({
  metadata: { uid: 'u', name: 'p', namespace: 'prod', labels },
  spec: { containers: [app], ...spec },
  status: { phase: 'Running', podIP: '10.244.0.9' },
});

test('service and version come from the usual labels or the recommended ones', () => {
  expect(podView(pod({}, { app: 'reviews', version: 'v2' }))).toMatchObject({
    service: 'reviews',
    version: 'v2',
  });
  const recommended = { 'app.kubernetes.io/name': 'shop', 'app.kubernetes.io/version': '1.2' };
  expect(podView(pod({}, recommended))).toMatchObject({ service: 'shop', version: '1.2' });
  expect(podView(pod({}))).toMatchObject({ service: '', version: 'unversioned' });
});

test('the mesh role is seen from the containers', () => {
  expect(podView(pod({})).mesh).toBe('plain');
  expect(podView(pod({ containers: [app, proxy] })).mesh).toBe('sidecar');
  expect(podView(pod({ initContainers: [{ ...proxy, restartPolicy: 'Always' }] })).mesh).toBe('sidecar');
  expect(podView(pod({ containers: [proxy] })).mesh).toBe('router');
  expect(podView(pod({}, { istio: 'ingressgateway' })).mesh).toBe('router');
});

test("the application's ports are its TCP ports, without the proxy's", () => {
  const view = podView(pod({ initContainers: [{ ...proxy, restartPolicy: 'Always' }] }));
  expect(view.containers.map(({ name }) => name)).toEqual(['istio-proxy', 'reviews']);
  expect(applicationPorts(view)).toEqual([9080]);
  expect(view.containers[1]?.env).toEqual({ LOG_DIR: '/tmp' });
});

test('an init container that ends is none of those that run', () => {
  expect(podView(pod({ initContainers: [{ name: 'istio-validation' }] })).containers).toHaveLength(1);
});

test('only a running pod with an address is played', () => {
  expect(isRunning(pod({}))).toBe(true);
  expect(isRunning({ ...pod({}), status: { phase: 'Running' } })).toBe(false);
  expect(isRunning({ ...pod({}), status: { phase: 'Pending', podIP: '10.244.0.9' } })).toBe(false);
});
