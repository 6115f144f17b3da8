import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { environmentOf, expanded, quantity } from '../../../../rehearsal/sidecar/environment';
import { agentEnvironment, proxyConfigFor } from '../../../../rehearsal/sidecar/istio-proxy';

const pod: V1Pod = {
  metadata: { name: 'reviews-v1-a', namespace: 'prod', uid: 'u1', labels: { app: 'reviews' } },
  spec: { nodeName: 'rehearsal', serviceAccountName: 'bookinfo-reviews', containers: [] },
  status: { podIP: '10.244.0.7', hostIP: '10.244.255.1' },
};

const from = (env: V1Container['env'], resources?: V1Container['resources']) =>
  environmentOf({ name: 'istio-proxy', env, resources }, pod);

// Kubernetes' documentation, "Expose Pod Information to Containers Through Environment Variables".
test.each([
  ['metadata.name', 'reviews-v1-a'],
  ['metadata.namespace', 'prod'],
  ['metadata.uid', 'u1'],
  ["metadata.labels['app']", 'reviews'],
  ["metadata.annotations['none']", ''],
  ['spec.nodeName', 'rehearsal'],
  ['spec.serviceAccountName', 'bookinfo-reviews'],
  ['status.podIP', '10.244.0.7'],
  ['status.hostIP', '10.244.255.1'],
])('the field %s is %s', (fieldPath, value) => {
  expect(from([{ name: 'X', valueFrom: { fieldRef: { fieldPath } } }])).toEqual({ X: value });
});

test.each([
  ['limits.cpu', { limits: { cpu: '2' } }, '2'],
  ['limits.cpu', { limits: { cpu: '1500m' } }, '2'],
  ['requests.cpu', { requests: { cpu: '100m' } }, '1'],
  ['limits.memory', { limits: { memory: '1Gi' } }, '1073741824'],
  // Without a limit it is what the node has.
  ['limits.cpu', undefined, '64'],
  ['requests.cpu', undefined, '0'],
])('%s of %j is %s', (resource, resources, value) => {
  const env = [{ name: 'X', valueFrom: { resourceFieldRef: { resource } } }];
  expect(from(env, resources as V1Container['resources'])).toEqual({ X: value });
});

test('a variable may name one before it, and what is not known stays as it is written', () => {
  const env = [
    { name: 'NAMESPACE', value: 'prod' },
    { name: 'DOMAIN', value: '$(NAMESPACE).svc.$(CLUSTER)' },
  ];
  expect(from(env)).toEqual({ NAMESPACE: 'prod', DOMAIN: 'prod.svc.$(CLUSTER)' });
  expect(expanded('$(NAMESPACE)/$(OTHER)', { NAMESPACE: 'prod' })).toBe('prod/$(OTHER)');
});

test.each([
  ['250m', 0.25],
  ['1.5Gi', 1610612736],
  ['3k', 3000],
  ['much', undefined],
])('the quantity %s is %s', (text, value) => {
  expect(quantity(text)).toBe(value);
});

const places = { envoyBinary: '/tools/envoy', istiod: '10.244.255.2' };

test("the agent gets the injected container's ProxyConfig, with istiod by address and Envoy where it is", () => {
  const injected = {
    proxyMetadata: { A: 'b' },
    tracing: { sampling: 5 },
    discoveryAddress: 'istiod.svc:15012',
  };
  expect(proxyConfigFor(JSON.stringify(injected), places)).toMatchObject({
    proxyMetadata: { A: 'b' },
    tracing: { sampling: 5 },
    discoveryAddress: '10.244.255.2:15012',
    binaryPath: '/tools/envoy',
  });
});

test("a pod's own runtime values go before the rehearsal's", () => {
  const own = { 'tracing.zipkin.flush_interval_ms': '9' };
  const config = proxyConfigFor(JSON.stringify({ runtimeValues: own }), places);
  expect(config['runtimeValues']).toEqual(own);
});

test('Istio is not told what statistics to leave out or in: it has its own list', () => {
  expect(proxyConfigFor(undefined, places)).not.toHaveProperty('proxyStatsMatcher');
});

// istio/istio pilot/cmd/pilot-agent/options: an authority that is named is checked against its own name.
test('the agent takes the authority to be istiod, and has no limit of memory that was meant for Envoy too', () => {
  const env = agentEnvironment(
    {
      name: 'istio-proxy',
      env: [
        { name: 'CA_ADDR', value: 'istiod.istio-system.svc:15012' },
        { name: 'GOMEMLIMIT', value: '1' },
        { name: 'TRUST_DOMAIN', value: 'cluster.local' },
      ],
    },
    pod,
    places,
  );
  expect(env).not.toHaveProperty('CA_ADDR');
  expect(env).not.toHaveProperty('GOMEMLIMIT');
  expect(env).toMatchObject({ TRUST_DOMAIN: 'cluster.local', ISTIOD_SAN: 'istiod.istio-system.svc' });
});
