import { nodeId, renderBootstrap, type EnvoyIdentity } from '../../../../rehearsal/mesh/envoy-bootstrap';

const sidecar: EnvoyIdentity = {
  kind: 'sidecar',
  podIP: '10.244.0.7',
  name: 'productpage-v1-abc-def',
  namespace: 'prod',
  labels: { app: 'productpage', version: 'v1' },
  app: 'productpage',
  serviceAccount: 'bookinfo-productpage',
  adminPort: 15000,
  httpProxyPort: 16100,
  xds: { host: '127.0.0.2', port: 15010 },
};

interface Rendered {
  node: { id: string; cluster: string; metadata: Record<string, unknown> };
  admin: { address: { socket_address: { address: string; port_value: number } } };
}
const render = (identity: EnvoyIdentity) => renderBootstrap(identity) as unknown as Rendered;

test('the node id names kind, address, pod and domain', () => {
  expect(nodeId(sidecar)).toBe('sidecar~10.244.0.7~productpage-v1-abc-def.prod~prod.svc.cluster.local');
});

test('a sidecar asks for no interception and for an HTTP proxy of its own', () => {
  const { node, admin } = render(sidecar);
  expect(node.cluster).toBe('productpage.prod');
  expect(node.metadata).toMatchObject({
    INTERCEPTION_MODE: 'NONE',
    HTTP_PROXY_PORT: '16100',
    NAMESPACE: 'prod',
    LABELS: { app: 'productpage', version: 'v1' },
    SERVICE_ACCOUNT: 'bookinfo-productpage',
  });
  expect(admin.address.socket_address).toEqual({ address: '10.244.0.7', port_value: 15000 });
});

test('a router has neither', () => {
  const { node } = render({ ...sidecar, kind: 'router', httpProxyPort: undefined });
  expect(node.id).toMatch(/^router~/);
  expect(Object.keys(node.metadata)).not.toContain('INTERCEPTION_MODE');
  expect(Object.keys(node.metadata)).not.toContain('HTTP_PROXY_PORT');
});

test('the stream goes to where istiod is', () => {
  expect(JSON.stringify(renderBootstrap(sidecar))).toContain(
    '"socket_address":{"address":"127.0.0.2","port_value":15010}',
  );
});

test('istiod is told the ProxyConfig of the pod, where there is one, and spans are sent within a second', () => {
  const proxyConfig = { tracing: { customTags: { version: { literal: { value: 'v1' } } } } };
  expect(render({ ...sidecar, proxyConfig }).node.metadata['PROXY_CONFIG']).toEqual(proxyConfig);
  expect(render(sidecar).node.metadata).not.toHaveProperty('PROXY_CONFIG');
  expect(renderBootstrap(sidecar)['layered_runtime']).toMatchObject({
    layers: [{ static_layer: { 'tracing.zipkin.flush_interval_ms': 1000 } }],
  });
});
