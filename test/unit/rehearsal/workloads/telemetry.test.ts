import { customTagsOf, proxyConfigOf } from '../../../../rehearsal/workloads/proxy-config';
import { inboundTracing, meshTracing, type TelemetryObject } from '../../../../rehearsal/workloads/telemetry';
import { MeshTracing } from '../../../../rehearsal/workloads/tracing';

const mesh = `
rootNamespace: istio-system
defaultProviders: { tracing: [datakit] }
extensionProviders:
  - { name: datakit, zipkin: { service: datakit-service.datakit.svc.cluster.local, port: 9529 } }
  - { name: other, zipkin: { service: zip/zipkin.zip.svc.cluster.local, port: 9411, path: /spans } }
  - { name: logs, envoyFileAccessLog: { path: /dev/stdout } }
`;
const config = meshTracing(mesh);
const pod = { uid: 'u', namespace: 'prod', labels: { app: 'reviews' } };
const telemetry = (
  namespace: string,
  tracing: object,
  matchLabels?: Record<string, string>,
): TelemetryObject => ({
  metadata: { namespace },
  spec: { tracing: [tracing], ...(matchLabels ? { selector: { matchLabels } } : {}) },
});

test("the mesh's default provider", () => {
  expect(inboundTracing(pod, config, [])).toEqual({
    provider: { service: 'datakit-service.datakit.svc.cluster.local', port: 9529, path: '/api/v2/spans' },
    customTags: {},
    istioTags: true,
  });
  expect(inboundTracing(pod, meshTracing('{}'), [])).toBeUndefined();
  expect(inboundTracing(pod, meshTracing(''), [])).toBeUndefined();
});

test('Telemetry of the mesh, the namespace and the workload, each over the one before', () => {
  const root = telemetry('istio-system', { providers: [{ name: 'other' }], customTags: { a: {} } });
  const namespace = telemetry('prod', { customTags: { b: {} }, enableIstioTags: false });
  const foreign = telemetry('test', { disableSpanReporting: true });
  const clients = telemetry('prod', { match: { mode: 'CLIENT' }, disableSpanReporting: true });
  const ratings = telemetry('prod', { disableSpanReporting: true }, { app: 'ratings' });
  const found = inboundTracing(pod, config, [ratings, namespace, root, foreign, clients]);
  expect(found).toEqual({
    provider: { service: 'zipkin.zip.svc.cluster.local', port: 9411, path: '/spans' },
    customTags: { b: {} },
    istioTags: false,
  });
  expect(inboundTracing({ ...pod, labels: { app: 'ratings' } }, config, [ratings, root])).toBeUndefined();
  const unknown = telemetry('istio-system', { providers: [{ name: 'nosuch' }] });
  expect(inboundTracing(pod, config, [unknown])).toBeUndefined();
});

test('settings are read again, and what was known stays while the cluster cannot be asked', async () => {
  const cluster: { mesh?: string; broken: boolean } = { broken: false };
  const tracing = new MeshTracing({
    mesh: () => (cluster.broken ? Promise.reject(new Error('gone')) : Promise.resolve(cluster.mesh)),
    telemetries: () => Promise.resolve([]),
    resolve: () => Promise.resolve([]),
  });
  await tracing.refresh();
  expect(tracing.of(pod)).toBeUndefined();
  cluster.mesh = mesh;
  await tracing.refresh();
  expect(tracing.of(pod)?.provider.port).toBe(9529);
  cluster.broken = true;
  await expect(tracing.refresh()).rejects.toThrow('gone');
  expect(tracing.of(pod)?.provider.port).toBe(9529);
  await tracing.stop();
});

test('a ProxyConfig is the injected one with the annotation over it; texts that are none are passed over', () => {
  const proxy = (value: string) => ({
    name: 'istio-proxy',
    image: '',
    ports: [],
    isInit: true,
    env: { PROXY_CONFIG: value },
  });
  const annotated = { 'proxy.istio.io/config': 'tracing: {customTags: {version: {literal: {value: v2}}}}' };
  const both = proxyConfigOf({
    annotations: annotated,
    containers: [proxy('{"statusPort":15020,"tracing":{"sampling":5}}')],
  });
  expect(both).toEqual({
    statusPort: 15020,
    tracing: { sampling: 5, customTags: { version: { literal: { value: 'v2' } } } },
  });
  expect(customTagsOf(both)).toEqual({ version: { literal: { value: 'v2' } } });
  expect(proxyConfigOf({ annotations: {}, containers: [proxy('{')] })).toBeUndefined();
  expect(proxyConfigOf({ annotations: { 'proxy.istio.io/config': '- a' }, containers: [] })).toBeUndefined();
  expect(customTagsOf(undefined)).toEqual({});
});
