import { Istio, namespaceLabels, type IstioSettings } from '../../components/istio';
import { Platform } from '../../rehearsal/platform/platform';
import { at, isObject, listAt, stringAt, type JsonObject } from '../../rehearsal/provider/json';
import { ensureTools, platformTools } from '../../rehearsal/toolchain';
import type { Cluster } from '../engine/provider/support';
import { useStack } from '../engine/provider/support';

/** Two control planes start, one after the other in places, on a machine that others use too. */
jest.setTimeout(600_000);

/** The platform that the suites share has an Istio already, and a cluster has room for one. */
const before = process.env['REHEARSAL_KUBECONFIG'];
let platform: Platform | undefined;
let charts = '';

beforeAll(async () => {
  const toolchain = await ensureTools(platformTools, { progress: 'none' });
  platform = await Platform.start({ name: `istio-test-${process.pid}`, toolchain });
  charts = toolchain.istioCharts;
  process.env['REHEARSAL_KUBECONFIG'] = platform.paths.kubeconfig;
});
afterAll(async () => {
  await platform?.stop();
  process.env['REHEARSAL_KUBECONFIG'] = before;
});

const context = useStack();

const webhooksAt = (host: string) => ({
  injectionUrl: `https://${host}:15017/inject`,
  validationUrl: `https://${host}:15017/validate`,
});

/** What a rehearsal's machine asks for, with everything that may be left out; the rest is left to the defaults. */
const rehearsed = (): IstioSettings => ({
  charts,
  egressGateway: {},
  legacyZipkin: true,
  autoMtls: false,
  metrics: false,
  gateway: { serviceType: 'NodePort' },
  webhooks: webhooksAt('127.0.0.2'),
});

const program = (settings: IstioSettings) => () => {
  new Istio('istio', { settings });
  return Promise.resolve();
};

const collections = {
  definitions: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  mutating: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
  validating: '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
  roles: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
  bindings: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  namespaces: '/api/v1/namespaces',
  maps: '/api/v1/configmaps',
};

const items = async (cluster: Cluster, path: string): Promise<readonly JsonObject[]> =>
  listAt(await cluster.api.get(path), 'items').filter(isObject);

/** Everything that could be left behind, by kind and name. */
async function inventory({ cluster, stack }: typeof context): Promise<readonly string[]> {
  const lists = await Promise.all(
    Object.entries(collections).map(async ([kind, path]) =>
      (await items(cluster, path)).map(
        (item) =>
          `${kind} ${stringAt(item, 'metadata', 'namespace') ?? ''}/${stringAt(item, 'metadata', 'name')}`,
      ),
    ),
  );
  // istiod gives every namespace its certificate, and nobody takes them out again.
  const istiods = ['istio-ca-crl', 'istio-ca-root-cert'].map((name) => `maps ${stack.namespace}/${name}`);
  return lists
    .flat()
    .filter((one) => !istiods.includes(one))
    .sort();
}

/** The webhooks of all configurations that are Istio's. */
async function webhooks(cluster: Cluster): Promise<readonly JsonObject[]> {
  const found = [
    ...(await items(cluster, collections.mutating)),
    ...(await items(cluster, collections.validating)),
  ];
  return found.flatMap((configuration) => listAt(configuration, 'webhooks').filter(isObject));
}

const bare = (name: string, image: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'app', image }] },
});

test('installed with gateways both ways, upgraded by a second control plane that takes over, and removed without a trace', async () => {
  const { cluster, stack } = context;
  const found = await inventory(context);
  // The platform gives every new revision the next address.
  const revisions = {
    one: { webhooks: webhooksAt('127.0.0.2') },
    two: { webhooks: webhooksAt('127.0.0.3') },
  };
  const settings = (more: Pick<IstioSettings, 'revisions' | 'tag'>): IstioSettings => ({
    ...rehearsed(),
    ...more,
  });
  const first = settings({ revisions: { one: revisions.one }, tag: { revision: 'one' } });
  const installed = await stack.up(program(first));
  expect(installed.error).toBeUndefined();
  expect(new Set(Object.values(installed.operations))).toEqual(new Set(['create']));
  expect(Object.keys(installed.operations)).toEqual(
    expect.arrayContaining([
      'Namespace/istio-system',
      'Namespace/istio-cni',
      'CustomResourceDefinition/virtualservices.networking.istio.io',
      'Deployment/istio-system/istiod-one',
      'Deployment/istio-system/istio-ingressgateway',
      'Deployment/istio-system/istio-egressgateway',
      'DaemonSet/istio-cni/istio-cni-node',
      'Telemetry/istio-system/mesh-default',
      'Service/istio-system/zipkin',
    ]),
  );

  // Everything runs at `restricted`, the injected gateways too: an image of `auto` is one that nobody put in.
  const pods = await items(cluster, '/api/v1/namespaces/istio-system/pods');
  const images = pods.flatMap((pod) =>
    listAt(pod, 'spec', 'containers').map((container) => (container as { image: string }).image),
  );
  expect(images.sort()).toEqual([
    'docker.io/istio/pilot:1.31.1',
    'docker.io/istio/proxyv2:1.31.1',
    'docker.io/istio/proxyv2:1.31.1',
  ]);

  // What istiod wrote into the webhooks is there. That it is no change is shown of the whole platform, beside this.
  const live = await webhooks(cluster);
  expect(live.length).toBeGreaterThan(3);
  for (const webhook of live) {
    expect(stringAt(webhook, 'clientConfig', 'caBundle')).toMatch(/^LS0t/);
    expect(webhook['failurePolicy']).toBe('Fail');
  }

  const namespace = `/api/v1/namespaces/${stack.namespace}`;
  await cluster.merge(namespace, { metadata: { labels: { ...namespaceLabels(first) } } });
  const injectedBy = async (name: string) => {
    const pod = await cluster.apply(`${namespace}/pods/${name}`, bare(name, 'app:1'));
    return at(pod, 'metadata', 'annotations', 'istio.io/rev');
  };
  expect(await injectedBy('before')).toBe('one');

  const added = await stack.up(program(settings({ revisions, tag: { revision: 'one' } })));
  expect(added.error).toBeUndefined();
  expect(new Set(Object.values(added.operations))).toEqual(new Set(['create']));
  expect(Object.keys(added.operations).filter((name) => !name.includes('two'))).toEqual([]);
  expect(await injectedBy('beside')).toBe('one');

  const moved = await stack.up(program(settings({ revisions, tag: { revision: 'two' } })));
  expect(moved.error).toBeUndefined();
  expect(moved.operations).toEqual({
    'MutatingWebhookConfiguration/istio-revision-tag-stable': 'update',
    'Service/istio-system/istiod-revision-tag-stable': 'update',
    'ValidatingWebhookConfiguration/istiod-default-validator': 'update',
    'Deployment/istio-system/istio-ingressgateway': 'update',
    'Deployment/istio-system/istio-egressgateway': 'update',
    // The charts keep a record of their values; nothing reads it.
    'ConfigMap/istio-system/values-one': 'replace',
    'ConfigMap/istio-system/values-two': 'replace',
  });
  expect(await injectedBy('after')).toBe('two');

  const last = settings({ revisions: { two: revisions.two }, tag: { revision: 'two' } });
  const removed = await stack.up(program(last));
  expect(removed.error).toBeUndefined();
  expect(new Set(Object.values(removed.operations))).toEqual(new Set(['delete']));
  expect(await injectedBy('alone')).toBe('two');

  const route = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'wrong' },
    spec: { hosts: ['a'], http: [{ route: [{ destination: { host: 'a' }, weight: -5 }] }] },
  };
  const path = `/apis/networking.istio.io/v1/namespaces/${stack.namespace}/virtualservices/wrong`;
  await expect(cluster.apply(path, route)).rejects.toThrow(/validation\.istio\.io.*weight/);

  expect((await stack.destroy()).error).toBeUndefined();
  expect(await inventory(context)).toEqual(found);
});
