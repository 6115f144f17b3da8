import * as pulumi from '@pulumi/pulumi';
import { KubernetesObject } from '../../../../components/cdk8s';
import {
  Istio,
  legacyZipkinManifest,
  resolveIstioSettings,
  telemetryManifest,
  type IstioSettings,
} from '../../../../components/istio';
import { countByType, record, settled, valueOf } from '../../recorder';
import { requestsOf, type Request } from '../cdk8s/support';
import { fakeRenderer } from './support';

async function declared(settings: IstioSettings): Promise<readonly Request[]> {
  const { renderer } = fakeRenderer();
  return requestsOf(() => void new Istio('istio', { settings, renderer }));
}

/** What each object waits for beside its parent, by names in Pulumi. */
async function edgesOf(settings: IstioSettings): Promise<Record<string, readonly string[]>> {
  const requests = await declared(settings);
  return Object.fromEntries(
    requests
      .filter(({ type }) => type.startsWith('kubernetes:'))
      .map(({ name, dependencies }) => [name, [...dependencies].sort()]),
  );
}

describe('Istio', () => {
  it('registers every object under its own type', async () => {
    const { renderer } = fakeRenderer();
    const registered = await record();
    new Istio('istio', { settings: { legacyZipkin: true, egressGateway: {} }, renderer });
    await settled();
    expect(countByType(registered)).toEqual({
      'bookinfo:istio:Istio': 1,
      'cdk8s:index:Chart': 1,
      'kubernetes:core/v1:Namespace': 2,
      'kubernetes:core/v1:ServiceAccount': 3,
      'kubernetes:core/v1:ConfigMap': 2,
      'kubernetes:core/v1:Service': 4,
      'kubernetes:apps/v1:Deployment': 3,
      'kubernetes:apps/v1:DaemonSet': 1,
      'kubernetes:autoscaling/v2:HorizontalPodAutoscaler': 1,
      'kubernetes:rbac.authorization.k8s.io/v1:ClusterRole': 1,
      'kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition': 1,
      'kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration': 1,
      'kubernetes:admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration': 2,
      'kubernetes:telemetry.istio.io/v1:Telemetry': 1,
    });
  });

  it('renders every chart once, with the values of the settings', async () => {
    const { renderer, rendered } = fakeRenderer();
    const settings: IstioSettings = { revisions: { a: {}, b: {} }, tag: { revision: 'b' } };
    await requestsOf(() => void new Istio('istio', { settings, renderer }));
    expect(rendered.map(({ name }) => name)).toEqual([
      'istio-cni',
      'istio-base',
      'istiod-a',
      'istiod-b',
      'istio-ingressgateway',
    ]);
    expect(rendered[3]!.values).toMatchObject({ revision: 'b', revisionTags: ['stable'] });
  });

  it('admits pods at restricted, those of the node plugin alone at privileged', async () => {
    const namespaces = (await declared({})).filter(({ type }) => type === 'kubernetes:core/v1:Namespace');
    const label = 'pod-security.kubernetes.io/';
    expect(
      Object.fromEntries(
        namespaces.map(({ name, object }) => [name, (object['metadata'] as { labels: unknown }).labels]),
      ),
    ).toEqual({
      'Namespace/istio-system': { [`${label}enforce`]: 'restricted', [`${label}warn`]: 'restricted' },
      'Namespace/istio-cni': { [`${label}enforce`]: 'privileged', [`${label}warn`]: 'privileged' },
    });
  });

  it('registers how the mesh traces, and the alias for old installations', async () => {
    const settings: IstioSettings = { legacyZipkin: true, tracing: { sampling: 0.5, provider: 'spans' } };
    const resolved = resolveIstioSettings(settings);
    const requests = await declared(settings);
    const object = (name: string) => requests.find((request) => request.name === name)?.object;
    expect(object('Telemetry/istio-system/mesh-default')).toEqual(telemetryManifest(resolved.tracing!));
    expect(telemetryManifest(resolved.tracing!)).toMatchObject({
      spec: { tracing: [{ providers: [{ name: 'spans' }], randomSamplingPercentage: 0.5 }] },
    });
    expect(object('Service/istio-system/zipkin')).toEqual(legacyZipkinManifest(resolved));
    expect(legacyZipkinManifest(resolved)).toMatchObject({
      metadata: { name: 'zipkin', namespace: 'istio-system' },
      spec: { type: 'ExternalName', externalName: 'datakit-service.datakit.svc.cluster.local' },
    });
  });

  it('puts no tag into the Telemetry, which would take its place before those of the pods', () => {
    const { tracing } = resolveIstioSettings({ tracing: { tags: { env: 'prod' } } });
    expect(JSON.stringify(telemetryManifest(tracing!))).not.toMatch(/customTags/i);
  });

  it('declares definitions and webhooks before istiod, and istiod before what it looks at', async () => {
    const edges = await edgesOf({});
    const serving = ['Deployment/istio-system/istiod', 'Service/istio-system/istiod'];
    const namespace = 'Namespace/istio-system';
    expect(edges['Deployment/istio-system/istiod']).toEqual([
      'ClusterRole/istiod',
      'ConfigMap/istio-system/istiod-mesh',
      'CustomResourceDefinition/telemetries.telemetry.istio.io',
      'MutatingWebhookConfiguration/istiod-injector',
      namespace,
      'ServiceAccount/istio-system/reader',
      'ValidatingWebhookConfiguration/default-validator',
      'ValidatingWebhookConfiguration/istiod-validator',
    ]);
    expect(edges['Deployment/istio-system/istio-ingressgateway']).toEqual(
      [serving[0], namespace, serving[1], 'ServiceAccount/istio-system/istio-ingressgateway'].sort(),
    );
    expect(edges['Telemetry/istio-system/mesh-default']).toEqual([
      'CustomResourceDefinition/telemetries.telemetry.istio.io',
      serving[0],
      namespace,
      serving[1],
    ]);
    expect(edges['DaemonSet/istio-cni/istio-cni-node']).toEqual([
      'ConfigMap/istio-cni/istio-cni',
      'Namespace/istio-cni',
    ]);
  });

  it('waits for every control plane, and lets no Service wait for pods that wait for it', async () => {
    const edges = await edgesOf({ revisions: { a: {}, b: {} }, tag: { revision: 'a' }, egressGateway: {} });
    for (const waiting of [
      'Telemetry/istio-system/mesh-default',
      'Deployment/istio-system/istio-ingressgateway',
      'Deployment/istio-system/istio-egressgateway',
    ]) {
      expect(edges[waiting]).toEqual(
        expect.arrayContaining(
          ['a', 'b'].flatMap((name) => [
            `Deployment/istio-system/istiod-${name}`,
            `Service/istio-system/istiod-${name}`,
          ]),
        ),
      );
    }
    const services = Object.keys(edges).filter((name) => /^(Service|HorizontalPodAutoscaler)\//.test(name));
    expect(services).toHaveLength(6);
    for (const name of services) expect(edges[name]).toEqual(['Namespace/istio-system']);
    for (const [name, before] of Object.entries(edges)) {
      if (/^Deployment.*istiod/.test(name)) expect(before.join()).not.toMatch(/Service\/|Autoscaler/);
    }
  });

  it('keeps the names of its objects when the tag moves', async () => {
    const names = async (revision: string) =>
      (await declared({ revisions: { a: {}, b: {} }, tag: { revision } })).map(({ name }) => name).sort();
    expect(await names('a')).toEqual(await names('b'));
  });

  it('lets no configuration past the webhooks unchecked', async () => {
    const requests = await declared({});
    const policies = requests
      .filter(({ type }) => type.endsWith(':ValidatingWebhookConfiguration'))
      .flatMap(({ object }) => object['webhooks'] as { failurePolicy: string }[])
      .map(({ failurePolicy }) => failurePolicy);
    expect(policies).toEqual(['Fail', 'Fail', 'Fail', 'Fail']);
  });

  it('leaves the certificates in the webhooks to istiod', async () => {
    const { renderer } = fakeRenderer();
    const ignored: Record<string, readonly string[]> = {};
    await requestsOf(() => {
      new Istio(
        'istio',
        { settings: {}, renderer },
        {
          transformations: [
            ({ name, opts }) => {
              const { ignoreChanges = [] } = opts as pulumi.CustomResourceOptions;
              if (ignoreChanges.length > 0) ignored[name] = ignoreChanges;
              return undefined;
            },
          ],
        },
      );
    });
    const paths = ['webhooks[*].clientConfig.caBundle'];
    expect(ignored).toEqual({
      'MutatingWebhookConfiguration/istiod-injector': paths,
      'ValidatingWebhookConfiguration/default-validator': paths,
      'ValidatingWebhookConfiguration/istiod-validator': paths,
    });
  });

  it('has what other layers depend on', async () => {
    const { renderer } = fakeRenderer();
    await record();
    const settings: IstioSettings = {
      revisions: { a: {}, b: {} },
      tag: { revision: 'a' },
      egressGateway: {},
    };
    const istio = new Istio('istio', { settings, renderer });
    const nameOf = async (object: KubernetesObject) => (await valueOf(object.metadata)).name;
    const all = (objects: readonly KubernetesObject[]) => Promise.all(objects.map(nameOf));
    expect(await nameOf(istio.namespace)).toBe('istio-system');
    expect(await all(istio.istiod)).toEqual(['istiod-a', 'istiod-b']);
    expect(await all([istio.cni!, istio.telemetry!])).toEqual(['istio-cni-node', 'mesh-default']);
    expect(await all([istio.gateway!.deployment, istio.gateway!.service])).toEqual([
      'istio-ingressgateway',
      'istio-ingressgateway',
    ]);
    expect(await all([istio.egressGateway!.deployment])).toEqual(['istio-egressgateway']);
    expect((await all(istio.ready)).sort()).toEqual([
      'istio-cni-node',
      'istiod-a',
      'istiod-a',
      'istiod-b',
      'istiod-b',
    ]);
    const small = new Istio('small', {
      settings: { cni: false, gateway: false, tracing: { enabled: false } },
      renderer,
    });
    expect([small.cni, small.gateway, small.egressGateway, small.telemetry]).toEqual(
      Array(4).fill(undefined),
    );
    await settled();
  });

  it('lets all of its objects wait for what it waits for itself', async () => {
    const { renderer } = fakeRenderer();
    const requests = await requestsOf(() => {
      const first = new KubernetesObject('kubernetes:core/v1:ConfigMap', 'first', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'first' },
      });
      new Istio('istio', { settings: {}, renderer }, { dependsOn: first });
    });
    const objects = requests.filter(({ name, type }) => type.startsWith('kubernetes:') && name !== 'first');
    expect(objects.length).toBeGreaterThan(10);
    for (const { dependencies } of objects) expect(dependencies).toContain('first');
  });

  it('has nothing but the tracing wait for what takes the spans', async () => {
    const { renderer } = fakeRenderer();
    const requests = await requestsOf(() => {
      const intake = new KubernetesObject('kubernetes:core/v1:Service', 'intake', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'intake' },
      });
      new Istio('istio', { settings: {}, renderer, tracingIntake: intake });
    });
    const waiting = requests.filter(({ dependencies }) => dependencies.includes('intake'));
    expect(waiting.map(({ type }) => type.split(':').at(-1))).toEqual(['Telemetry']);
  });

  it('refuses wrong settings before anything is declared, in words and without a stack trace', async () => {
    const { renderer, rendered } = fakeRenderer();
    const registered = await record();
    const settings: IstioSettings = { version: '1.31', tracing: { sampling: 200 } };
    expect(() => new Istio('istio', { settings, path: 'bookinfo:istio', renderer })).toThrow(
      new pulumi.RunError(
        [
          'bookinfo:istio: 2 problems',
          '  bookinfo:istio.version is "1.31", not a version of Istio',
          '    remedy: write all three numbers, such as 1.31.1',
          '  bookinfo:istio.tracing.sampling is 200, not a number of 0 to 100',
          '    remedy: write a number of 0 to 100',
        ].join('\n'),
      ),
    );
    await settled();
    expect(registered).toEqual([]);
    expect(rendered).toEqual([]);
  });

  it('says what is missing to render the charts', () => {
    expect(() => new Istio('istio', { settings: { charts: '/nowhere' } })).toThrow(
      /istio\.charts names \/nowhere, which does not exist/,
    );
  });
});
