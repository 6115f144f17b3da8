import {
  chartReleases,
  resolveIstioSettings,
  type ChartRelease,
  type GatewayValues,
  type IstioSettings,
  type IstiodValues,
} from '../../../../components/istio/pure';

const releasesOf = (settings: IstioSettings) => chartReleases(resolveIstioSettings(settings));
const istiodOf = (settings: IstioSettings) => releasesOf(settings).istiod[0]!.values as IstiodValues;
const gatewayOf = (settings: IstioSettings) => releasesOf(settings).gateways[0]!.values as GatewayValues;
const withoutValues = ({ values: _values, ...release }: ChartRelease) => release;

const seccompProfile = { type: 'RuntimeDefault' };
const webhooks = {
  injectionUrl: 'https://127.0.0.2:15017/inject',
  validationUrl: 'https://127.0.0.2:15017/validate',
};

describe('the charts of an installation', () => {
  it('are four by default, all of one version', () => {
    const { base, istiod, cni, gateways } = releasesOf({});
    const shared = { version: '1.31.1', charts: undefined };
    expect([base, ...istiod, cni!, ...gateways].map(withoutValues)).toEqual([
      { name: 'istio-base', chart: 'base', namespace: 'istio-system', ...shared },
      { name: 'istiod', chart: 'istiod', namespace: 'istio-system', ...shared },
      { name: 'istio-cni', chart: 'cni', namespace: 'istio-cni', ...shared },
      { name: 'istio-ingressgateway', chart: 'gateway', namespace: 'istio-system', ...shared },
    ]);
  });

  it('have a way out where one is asked for, and nothing that is left out', () => {
    const names = (settings: IstioSettings) => {
      const { cni, gateways } = releasesOf(settings);
      return [cni?.name, ...gateways.map(({ name }) => name)];
    };
    expect(names({ egressGateway: {} })).toEqual([
      'istio-cni',
      'istio-ingressgateway',
      'istio-egressgateway',
    ]);
    expect(names({ cni: false, gateway: false })).toEqual([undefined]);
  });

  it('have a control plane for each revision, and the tag at one of them', () => {
    const at = (revision: string) =>
      releasesOf({
        revisions: { '1-30-2': { version: '1.30.2', charts: '/old' }, '1-31-1': {} },
        tag: { name: 'prod', revision },
      });
    const before = at('1-30-2');
    expect(before.istiod.map(withoutValues)).toEqual([
      {
        name: 'istiod-1-30-2',
        chart: 'istiod',
        version: '1.30.2',
        charts: '/old',
        namespace: 'istio-system',
      },
      {
        name: 'istiod-1-31-1',
        chart: 'istiod',
        version: '1.31.1',
        charts: undefined,
        namespace: 'istio-system',
      },
    ]);
    const told = ({ istiod }: ReturnType<typeof at>) =>
      istiod.map(({ values }) => {
        const { revision, revisionTags, global } = values as IstiodValues;
        return [revision, revisionTags, global.tag];
      });
    expect(told(before)).toEqual([
      ['1-30-2', ['prod'], '1.30.2'],
      ['1-31-1', [], '1.31.1'],
    ]);
    const after = at('1-31-1');
    expect(told(after)).toEqual([
      ['1-30-2', [], '1.30.2'],
      ['1-31-1', ['prod'], '1.31.1'],
    ]);
    // Who checks configuration, and which control plane the gateway belongs to, moves with the tag.
    expect(before.base.values).toEqual({ defaultRevision: '1-30-2' });
    expect(after.base.values).toEqual({ defaultRevision: '1-31-1' });
    expect(before.gateways.map(withoutValues)).toMatchObject([{ version: '1.30.2', charts: '/old' }]);
    expect(before.gateways[0]!.values).toMatchObject({ revision: '1-30-2' });
    expect(after.gateways.map(withoutValues)).toMatchObject([{ version: '1.31.1', charts: undefined }]);
    expect(after.gateways[0]!.values).toMatchObject({ revision: '1-31-1' });
  });

  it('can upgrade from the control plane without a name', () => {
    const { base, istiod } = releasesOf({
      revisions: { default: { version: '1.30.2' }, '1-31-1': {} },
      tag: { revision: 'default' },
    });
    expect(istiod.map(({ name }) => name)).toEqual(['istiod', 'istiod-1-31-1']);
    expect(istiod[0]!.values).toMatchObject({ revision: '', revisionTags: ['stable'] });
    expect(base.values).toEqual({ defaultRevision: 'default' });
  });

  it('are told of webhooks outside of the cluster, each revision of its own', () => {
    const own = { injectionUrl: 'https://old/inject', validationUrl: 'https://old/validate' };
    const { base, istiod } = releasesOf({
      webhooks,
      revisions: { a: { webhooks: own }, b: {} },
      tag: { revision: 'a' },
    });
    expect(base.values).toEqual({ defaultRevision: 'a', base: { validationURL: own.validationUrl } });
    expect(istiod.map(({ values }) => values)).toMatchObject([
      { base: { validationURL: own.validationUrl }, istiodRemote: { injectionURL: own.injectionUrl } },
      {
        base: { validationURL: webhooks.validationUrl },
        istiodRemote: { injectionURL: webhooks.injectionUrl },
      },
    ]);
  });
});

describe('the values', () => {
  it('of istiod make its pods and those it injects pass restricted', () => {
    const { meshConfig, ...values } = istiodOf({});
    expect(values).toEqual({
      revision: '',
      revisionTags: [],
      global: { hub: 'docker.io/istio', tag: '1.31.1', proxy: { seccompProfile } },
      cni: { enabled: true },
      seccompProfile,
      autoscaleEnabled: false,
      replicaCount: 1,
      gateways: { seccompProfile },
    });
    expect(meshConfig.enableAutoMtls).toBe(true);
  });

  it('of istiod follow the settings', () => {
    const resources = { requests: { cpu: '100m', memory: '256Mi' } };
    const values = istiodOf({
      hub: 'registry.example.com:5000/istio',
      version: '1.31.0',
      cni: false,
      istiod: { replicas: { min: 2, max: 5 }, resources },
      sidecar: { resources: { limits: { memory: '512Mi' } } },
    });
    expect(values).toMatchObject({
      global: {
        hub: 'registry.example.com:5000/istio',
        tag: '1.31.0',
        proxy: { resources: { limits: { memory: '512Mi' } } },
      },
      cni: { enabled: false },
      autoscaleEnabled: true,
      autoscaleMin: 2,
      autoscaleMax: 5,
      resources,
    });
  });

  it('of the node plugin name its image and folders', () => {
    const values = (settings: IstioSettings) => releasesOf(settings).cni!.values;
    expect(values({})).toEqual({ global: { hub: 'docker.io/istio', tag: '1.31.1' } });
    expect(values({ cni: { binDir: '/usr/libexec/cni', confDir: '/etc/cni' } })).toMatchObject({
      cniBinDir: '/usr/libexec/cni',
      cniConfDir: '/etc/cni',
    });
  });

  it('of a gateway make its pods pass restricted, and bind low ports without root', () => {
    expect(gatewayOf({})).toEqual({
      revision: '',
      replicaCount: 1,
      autoscaling: { enabled: false },
      podDisruptionBudget: {},
      securityContext: {
        runAsNonRoot: true,
        seccompProfile,
        sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
      },
      service: {
        type: 'LoadBalancer',
        ports: [
          { name: 'status-port', port: 15021, targetPort: 15021, protocol: 'TCP' },
          { name: 'http2', port: 80, targetPort: 80, protocol: 'TCP' },
          { name: 'https', port: 443, targetPort: 443, protocol: 'TCP' },
        ],
        annotations: {},
      },
    });
  });

  it('of a gateway follow the settings', () => {
    const resources = { requests: { cpu: '1' } };
    const values = gatewayOf({
      gateway: {
        serviceType: 'NodePort',
        httpNodePort: 32156,
        externalTrafficPolicy: 'Local',
        serviceAnnotations: { 'example.com/kind': 'internal' },
        replicas: { min: 2, max: 4 },
        resources,
      },
    });
    expect(values).toMatchObject({
      autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 4 },
      podDisruptionBudget: { minAvailable: 1 },
      service: {
        type: 'NodePort',
        externalTrafficPolicy: 'Local',
        annotations: { 'example.com/kind': 'internal' },
      },
      resources,
    });
    expect(values.service.ports.map(({ port, nodePort }) => [port, nodePort])).toEqual([
      [15021, undefined],
      [80, 32156],
      [443, undefined],
    ]);
  });

  it('of the way out make it a Service inside of the cluster, with pods of its own', () => {
    const { gateways } = releasesOf({ egressGateway: { replicas: 3 } });
    expect(gateways[1]!.values).toMatchObject({
      replicaCount: 3,
      podDisruptionBudget: { minAvailable: 1 },
      service: { type: 'ClusterIP' },
    });
  });
});
