import { envoyLogFormat } from '../../../../components/datakit/pure';
import { meshConfig, resolveIstioSettings, type IstioSettings } from '../../../../components/istio/pure';

const meshOf = (settings: IstioSettings) => meshConfig(resolveIstioSettings(settings));

const inTheMesh = [
  { matchLabels: { 'istio-injection': 'enabled' } },
  { matchExpressions: [{ key: 'istio.io/rev', operator: 'Exists' }] },
];
const byName = (...values: string[]) => ({
  matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }],
});

describe('the mesh configuration', () => {
  it('sends spans to DataKit, logs JSON with trace ids and sees the mesh only', () => {
    const { accessLogFormat, ...mesh } = meshOf({});
    expect(mesh).toEqual({
      enableAutoMtls: true,
      accessLogFile: '/dev/stdout',
      accessLogEncoding: 'JSON',
      extensionProviders: [
        {
          name: 'datakit',
          zipkin: { service: 'datakit-service.datakit.svc.cluster.local', port: 9529 },
        },
      ],
      defaultConfig: { holdApplicationUntilProxyStarts: true },
      discoverySelectors: [byName('datakit', 'istio-system'), ...inTheMesh],
    });
    const format = JSON.parse(accessLogFormat ?? '') as Record<string, string>;
    expect(format).toEqual(envoyLogFormat);
    expect(format).toMatchObject({ trace_id: '%REQ(X-B3-TRACEID)%', span_id: '%REQ(X-B3-SPANID)%' });
  });

  it('leaves out what is switched off', () => {
    expect(
      meshOf({
        accessLog: false,
        autoMtls: false,
        metrics: false,
        discovery: 'cluster',
        sidecar: { holdApplication: false },
        tracing: { enabled: false, tags: { env: 'prod' } },
      }),
    ).toEqual({
      enableAutoMtls: false,
      defaultProviders: { metrics: [] },
      defaultConfig: { holdApplicationUntilProxyStarts: false },
    });
  });

  it('has the tags of proxies without their own in their default configuration', () => {
    const { defaultConfig } = meshOf({ tracing: { tags: { env: 'prod', project: 'bookinfo' } } });
    expect(defaultConfig.tracing).toEqual({
      customTags: { env: { literal: { value: 'prod' } }, project: { literal: { value: 'bookinfo' } } },
    });
  });

  it('names another intake and looks at its namespace', () => {
    const mesh = meshOf({
      tracing: { address: 'zipkin.tracing.svc.cluster.local:9411', provider: 'zipkin' },
      discoveredNamespaces: ['shop', 'istio-system'],
    });
    expect(mesh.extensionProviders).toEqual([
      { name: 'zipkin', zipkin: { service: 'zipkin.tracing.svc.cluster.local', port: 9411 } },
    ]);
    expect(mesh.discoverySelectors).toEqual([byName('istio-system', 'shop', 'tracing'), ...inTheMesh]);
  });

  it('looks at no further namespace for an intake outside of the cluster', () => {
    const { discoverySelectors } = meshOf({ tracing: { address: 'spans.example.com:443' } });
    expect(discoverySelectors?.[0]).toEqual(byName('istio-system'));
  });

  it('never has the alias of old installations as a provider', () => {
    expect(meshOf({ legacyZipkin: true })).toEqual(meshOf({}));
  });
});
