import { join } from 'node:path';
import {
  deploymentManifest,
  findService,
  parseApplication,
  placedObjects,
  portsOf,
  resolveVersion,
  versionManifests,
  type Application,
  type ServiceSpec,
} from '../../../../components/application/pure';
import { applicationOf, problemsOf, workload } from './support';

const placement = { namespace: 'prod', application: 'shop', project: 'shop', environment: 'prod' };
const samples = join(__dirname, 'samples');
const table = {
  name: 'shop',
  services: [
    {
      name: 'cart',
      manifests: 'shop/cart',
      versions: {
        v1: { image: 'registry.example.com/cart:1.0.0' },
        v2: {
          image: 'registry.example.com/cart:1.1.0',
          env: { FLAG: 'on', NEW: 'yes' },
          podOverrides: { terminationGracePeriodSeconds: 30 },
        },
      },
    },
    { name: 'front-end', manifests: 'shop/front/*.yaml', versions: ['v1'] },
    {
      name: 'worker',
      manifests: 'shop/queue/worker.yaml',
      versions: { v1: { image: 'registry.example.com/worker:2.0.0' } },
    },
  ],
};

function shop(): Application {
  const read = parseApplication(table, 'app.yaml', { folder: samples });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

const spec = (application: Application, name: string): ServiceSpec => findService(application, name)!;
const deployment = (application: Application, name: string, version: string) =>
  deploymentManifest(
    spec(application, name),
    resolveVersion(application, spec(application, name), { version }, {}),
    placement,
  ) as unknown as { metadata: object; spec: Record<string, unknown> & { template: { spec: unknown } } };

describe('a version of a workload from manifests', () => {
  it('has the name, labels, selector, image and overrides of the version, and everything else of the manifests', () => {
    expect(deployment(shop(), 'cart', 'v2')).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'cart-v2',
        namespace: 'prod',
        labels: { app: 'cart', team: 'checkout', version: 'v2' },
      },
      spec: {
        selector: { matchLabels: { app: 'cart', version: 'v2' } },
        template: {
          metadata: {
            // Proxies from Istio 1.29 on take app.kubernetes.io/version for the version.
            labels: { app: 'cart', version: 'v2', 'app.kubernetes.io/version': 'v2' },
            annotations: { 'sidecar.istio.io/proxyCPU': '100m' },
          },
          spec: {
            serviceAccountName: 'cart',
            terminationGracePeriodSeconds: 30,
            imagePullSecrets: [{ name: 'pull' }],
            initContainers: [
              { name: 'migrate', image: 'registry.example.com/migrate:1.0.0', command: ['/migrate'] },
            ],
            containers: [
              {
                name: 'server',
                image: 'registry.example.com/cart:1.1.0',
                ports: [
                  { name: 'grpc', containerPort: 7070 },
                  { name: 'metrics', containerPort: 9100 },
                ],
                env: [
                  { name: 'REDIS', value: 'redis-cart:6379' },
                  { name: 'FLAG', value: 'on' },
                  { name: 'NEW', value: 'yes' },
                ],
                envFrom: [
                  { configMapRef: { name: 'cart-config' } },
                  { secretRef: { name: 'cart-secret', optional: true } },
                ],
                readinessProbe: { grpc: { port: 7070 } },
                livenessProbe: { grpc: { port: 7070 }, initialDelaySeconds: 15 },
                lifecycle: { preStop: { exec: { command: ['/bin/sleep', '5'] } } },
                volumeMounts: [{ name: 'certs', mountPath: '/certs', readOnly: true }],
                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
              },
            ],
            volumes: [{ name: 'certs', secret: { secretName: 'cart-certs', defaultMode: 0o440 } }],
          },
        },
      },
    });
  });

  it('leaves the number of pods to the autoscaler of the manifests, of which each version gets one', () => {
    const application = shop();
    const cart = spec(application, 'cart');
    const made = ['v1', 'v2'].map((version) =>
      versionManifests(
        cart,
        resolveVersion(application, cart, { version }, {}),
        placement,
        application.objects,
      ),
    );
    for (const { deployment: one } of made) expect(one.spec).not.toHaveProperty('replicas');
    expect(made.flatMap(({ scaling }) => scaling)).toEqual(
      ['v1', 'v2'].flatMap((version): unknown[] => [
        expect.objectContaining({
          kind: 'HorizontalPodAutoscaler',
          metadata: { name: `cart-${version}`, namespace: 'prod' },
          spec: expect.objectContaining({
            minReplicas: 3,
            maxReplicas: 20,
            scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: `cart-${version}` },
          }) as unknown,
        }),
        expect.objectContaining({
          kind: 'PodDisruptionBudget',
          metadata: { name: `cart-${version}`, namespace: 'prod' },
          spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'cart', version } } },
        }),
      ]),
    );
  });

  it('keeps labels of another kind and gets app and version beside them', () => {
    const front = deployment(shop(), 'front-end', 'v1');
    expect(front.spec['selector']).toEqual({
      matchLabels: { name: 'front-end', app: 'front-end', version: 'v1' },
    });
    expect(front.metadata).toEqual({
      name: 'front-end-v1',
      namespace: 'prod',
      labels: { app: 'front-end', version: 'v1' },
    });
    expect(front).not.toHaveProperty('status');
    expect(front.spec.template.spec).toMatchObject({
      containers: [
        {
          livenessProbe: { httpGet: { path: '/', port: 8079 } },
          readinessProbe: { httpGet: { path: '/', port: 8079 }, initialDelaySeconds: 30 },
        },
      ],
    });
  });

  it('runs its image in the container that has that image, whatever their order', () => {
    expect(deployment(shop(), 'worker', 'v1').spec).toMatchObject({
      selector: { matchLabels: { app: 'worker', version: 'v1' } },
      template: {
        spec: {
          containers: [
            { name: 'sidecar', image: 'registry.example.com/agent:2.0.0' },
            { name: 'main', image: 'registry.example.com/worker:2.0.0' },
          ],
        },
      },
    });
  });
});

describe('the other objects of the manifests', () => {
  const names = (application: Application) =>
    placedObjects(application, 'prod').map(({ kind, metadata }) => `${kind} ${metadata.name}`);

  it('are each declared once, without what is made for each version', () => {
    expect(names(shop())).toEqual([
      'Service cart',
      'ServiceAccount cart',
      'ConfigMap cart-config',
      'StatefulSet redis-cart',
      'Service redis-cart',
      'Service front-end',
      'RoleBinding front-end',
    ]);
    const both = applicationOf(
      {
        name: 'shop',
        services: ['a', 'b'].map((name) => ({ name, manifests: 'all.yaml', versions: ['v1'] })),
      },
      { 'all.yaml': [workload('a'), workload('b'), workload('db')].join('\n---\n') },
    );
    expect(names(both)).toEqual(['Service a', 'Service b', 'Deployment db', 'Service db']);
  });

  it('go where the stack is when they name the namespace of the workload', () => {
    const placed = placedObjects(shop(), 'prod');
    expect(placed.find(({ metadata }) => metadata.name === 'front-end')?.metadata.namespace).toBe('prod');
    expect(placed.find(({ kind }) => kind === 'RoleBinding')).toMatchObject({
      metadata: { namespace: 'prod' },
      subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'prod' }],
    });
  });

  it('tell the ports of the service as Kubernetes has them', () => {
    expect(portsOf(spec(shop(), 'cart'))).toEqual([
      { name: 'grpc', port: 7070, targetPort: 7070 },
      { name: 'http-metrics', port: 9100, targetPort: 9100 },
    ]);
    expect(portsOf(spec(shop(), 'front-end'))).toEqual([{ port: 80, targetPort: 8079 }]);
    expect(portsOf(spec(shop(), 'worker'))).toEqual([]);
  });

  it('follow with their selectors where app is the name of the whole application', () => {
    // kubernetes/examples, web/guestbook: app tells the application, tier the service.
    const guestbook = applicationOf(
      { name: 'guest', services: [{ name: 'frontend', manifests: '.', versions: ['v1', 'v2'] }] },
      {
        'a.yaml': workload('frontend', { labels: 'app: guestbook, tier: frontend' }),
        'b.yaml': workload('backend', { labels: 'app: guestbook, tier: backend' }),
      },
    );
    const [frontend, , backend] = placedObjects(guestbook, 'prod');
    expect(frontend?.['spec']).toMatchObject({ selector: { app: 'frontend', tier: 'frontend' } });
    expect(backend?.['spec']).toMatchObject({ selector: { app: 'guestbook', tier: 'backend' } });
    expect(deployment(guestbook, 'frontend', 'v2').spec['selector']).toEqual({
      matchLabels: { app: 'frontend', tier: 'frontend', version: 'v2' },
    });
  });
});

const one = (entry: object) => ({
  name: 'shop',
  services: [{ name: 'cart', versions: ['v1', 'v2'], ...entry }],
});
const told = (entry: object, files: Readonly<Record<string, string>>) =>
  problemsOf(one(entry), files).map(({ path, problem }) => `${path} ${problem}`);

describe('what is refused of manifests', () => {
  it.each<[string, object, Readonly<Record<string, string>>, RegExp]>([
    [
      'a folder that is not there',
      { manifests: 'k8s' },
      {},
      /services\[0\]\.manifests names k8s, and .*k8s does not exist/,
    ],
    [
      'a folder with nothing',
      { manifests: 'k8s' },
      { 'k8s/notes.txt': '' },
      /names k8s, a folder with no Kubernetes object in it/,
    ],
    ['a glob that finds nothing', { manifests: 'k8s/*.yaml' }, {}, /finds no .yaml, .yml or .json file/],
    ['what is no YAML', { manifests: 'a.yaml' }, { 'a.yaml': 'a: b: c' }, /^a\.yaml:1 is not YAML/],
    [
      'a template',
      { manifests: 'a.yaml' },
      { 'a.yaml': 'a: {{ .Values.a }}\nb: [' },
      /^a\.yaml:\d is not YAML/,
    ],
    [
      'values of a chart',
      { manifests: 'a.yaml' },
      { 'a.yaml': '\nreplicas: 3' },
      /^a\.yaml:2 has no apiVersion/,
    ],
    [
      'an object without a name',
      { manifests: 'a.yaml' },
      { 'a.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { generateName: x }' },
      /^a\.yaml:1 Pod has no metadata\.name, only generateName/,
    ],
    [
      'two Deployments where one is meant',
      { manifests: '.' },
      { 'a.yaml': workload('red'), 'b.yaml': workload('blue') },
      /manifests have 2 Deployments where one is meant: red \(a\.yaml:2\), blue \(b\.yaml:2\)/,
    ],
    [
      'a Deployment that is not there',
      { manifests: '.', deployment: 'green' },
      { 'a.yaml': workload('red') },
      /have no Deployment green; they have red \(a\.yaml:2\)/,
    ],
    [
      'a workload of another kind',
      { manifests: '.' },
      { 'a.yaml': 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: cart }' },
      /have no Deployment, only StatefulSet cart \(a\.yaml:1\), of which two versions cannot run side by side/,
    ],
    [
      'a container that is not there',
      { manifests: '.', container: 'web' },
      { 'a.yaml': workload('cart') },
      /^a\.yaml:2: Deployment cart has no container web; its containers are cart \(registry\.example\.com\/cart:1\.0\.0\)/,
    ],
    [
      'an image that is in no container',
      { manifests: '.', versions: { v1: { image: 'registry.example.com/other:1.0.0' } } },
      {
        'a.yaml': workload('cart').replace(
          "- { name: cart, image: 'registry.example.com/cart:1.0.0' }",
          "- { name: one, image: 'one:1.0.0' }\n        - { name: two, image: 'two:1.0.0' }",
        ),
      },
      /^a\.yaml:2: Deployment cart has no container with the image registry\.example\.com\/other; its containers are one \(one:1\.0\.0\), two \(two:1\.0\.0\)/,
    ],
    [
      'a selector of one version',
      { manifests: '.' },
      { 'a.yaml': workload('cart', { labels: 'app: cart, version: v1' }) },
      /^a\.yaml:14: Service cart has a selector that cannot be kept/,
    ],
    [
      'a selector of several workloads by an app that is no service',
      { manifests: '.' },
      {
        'a.yaml': workload('cart', { labels: 'app: shop' }),
        'b.yaml': workload('web', { labels: 'app: shop' }).split('---')[0]!,
      },
      /Service cart has a selector that cannot be kept: \{"app":"shop"\} selects cart, web/,
    ],
    [
      'a Service that selects other pods',
      { manifests: '.' },
      { 'a.yaml': workload('cart').replace('selector: { app: cart }', 'selector: { app: card }') },
      /^a\.yaml:14: Service cart selects \{"app":"card"\}/,
    ],
    [
      'a Service of another name',
      { manifests: '.' },
      { 'a.yaml': workload('cart-web') },
      /services\[0\]\.name is cart, and Deployment cart-web \(a\.yaml:2\) is reached by cart-web/,
    ],
    [
      'two objects of one name',
      { manifests: '.' },
      { 'a.yaml': workload('cart'), 'b.yaml': workload('cart').replace('port: 80', 'port: 81') },
      /^b\.yaml:14: Service cart is another object of the same name than in a\.yaml:14/,
    ],
    [
      'a chart that is not there',
      { manifests: { chart: 'charts/cart' } },
      {},
      /names the chart charts\/cart, and .* does not exist/,
    ],
    [
      'a kustomization that is not there',
      { manifests: { kustomize: 'over' } },
      {},
      /names the kustomization over, and .* does not exist/,
    ],
    [
      'a source of no kind',
      { manifests: { chart: 'k8s', folder: 'k8s' } },
      {},
      /manifests\.folder is not a known key/,
    ],
    [
      'a version with a key that is unknown',
      { manifests: '.', versions: { v1: { img: 'a:1' } } },
      { 'a.yaml': workload('cart') },
      /versions\.v1\.img is not a known key/,
    ],
  ])('%s', (_name, entry, files, expected) => {
    const all = told(entry, files);
    expect(all.filter((line) => expected.test(line))).toHaveLength(1);
    expect(all).toHaveLength(1);
  });

  it('all of it at once', () => {
    const all = problemsOf(
      {
        name: 'shop',
        services: [
          { name: 'cart', manifests: 'a', versions: ['v1'] },
          { name: 'web', manifests: 'b', versions: ['v1'] },
          { name: 'db', port: 80, versions: [] },
        ],
      },
      { 'a/x.yaml': '- 1', 'b/y.yaml': 'kind: Pod' },
    );
    expect(all.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'a/x.yaml:1',
        'b/y.yaml:1',
        'app.yaml.services[2].port',
        'app.yaml.services[2].versions',
      ]),
    );
  });
});
