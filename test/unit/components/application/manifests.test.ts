import { parse } from 'yaml';
import {
  bookinfo,
  bookinfoImage,
  callGraph,
  deploymentManifest,
  findService,
  entryPlace,
  serviceAccountManifest,
  serviceManifest,
  type TableService,
} from '../../../../components/application/pure';
import { routers } from '../../../../components/routing/pure';

const placement = { namespace: 'prod', application: 'bookinfo', project: 'shop', environment: 'live' };
const spec = (name: string): TableService => findService(bookinfo, name)!;
const every = bookinfo.services.flatMap((service) =>
  service.versions.map((version) => [`${service.name}-${version}`, service, version] as const),
);
const deployment = (service: TableService, version: string) =>
  deploymentManifest(service, { version, image: bookinfoImage(service.name, version) }, placement);

describe('the catalogue', () => {
  it('has the services and versions of Bookinfo', () => {
    expect(every.map(([name]) => name)).toEqual([
      'details-v1',
      'ratings-v1',
      'reviews-v1',
      'reviews-v2',
      'reviews-v3',
      'productpage-v1',
    ]);
  });

  it('names the published images', () => {
    expect(bookinfoImage('reviews', 'v2')).toBe('docker.io/istio/examples-bookinfo-reviews-v2:1.20.3');
    expect(bookinfoImage('details', 'v1', '1.16.2')).toBe(
      'docker.io/istio/examples-bookinfo-details-v1:1.16.2',
    );
  });

  it('knows who calls whom', () => {
    const edges = (running?: Record<string, string[]>) =>
      callGraph(bookinfo, running).map(
        ({ caller, callee, clientTimeout }) => `${caller}>${callee} ${clientTimeout}`,
      );
    expect(edges()).toEqual([
      'reviews>ratings 10s',
      'reviews>ratings 2.5s',
      'productpage>details 3s',
      'productpage>reviews 3s',
      'productpage>ratings 3s',
    ]);
    expect(edges({ reviews: ['v1'] }).filter((edge) => edge.startsWith('reviews'))).toEqual([]);
    expect(edges({ reviews: ['v1', 'v3'] })[0]).toBe('reviews>ratings 2.5s');
  });

  it('says with which methods', () => {
    expect(callGraph(bookinfo).map(({ methods }) => methods)).toEqual(Array(5).fill(['GET']));
    const cart = { ...spec('details'), calls: [{ service: 'ratings', methods: ['GET', 'POST'] }] };
    expect(callGraph({ name: 'shop', services: [cart] })[0]!.methods).toEqual(['GET', 'POST']);
  });

  it('has one way in', () => {
    expect(bookinfo.services.filter(({ entry }) => entry !== undefined).map(({ name }) => name)).toEqual([
      'productpage',
    ]);
  });
});

describe('serviceManifest and serviceAccountManifest', () => {
  it('equal those of the Bookinfo sample, but that nobody waits for a Service', () => {
    expect(serviceManifest(spec('reviews'), placement)).toEqual({
      metadata: {
        name: 'reviews',
        namespace: 'prod',
        labels: { app: 'reviews', service: 'reviews' },
        annotations: { 'pulumi.com/skipAwait': 'true' },
      },
      spec: { ports: [{ name: 'http', port: 9080 }], selector: { app: 'reviews' } },
    });
    expect(serviceAccountManifest(spec('reviews'), placement)).toEqual({
      metadata: { name: 'bookinfo-reviews', namespace: 'prod', labels: { account: 'reviews' } },
    });
  });
});

describe('deploymentManifest', () => {
  it.each(every)('%s: name, labels, selector, account and port', (name, service, version) => {
    const { metadata, spec: body } = deployment(service, version);
    const labels = { app: service.name, version };
    expect(metadata).toEqual({ name, namespace: 'prod', labels });
    expect(body.selector).toEqual({ matchLabels: labels });
    expect(body.template.metadata.labels).toEqual(labels);
    expect(body.replicas).toBe(1);
    expect(body.template.spec.serviceAccountName).toBe(`bookinfo-${service.name}`);
    expect(body.template.spec.containers).toHaveLength(1);
    expect(body.template.spec.containers[0]).toMatchObject({
      name: service.name,
      image: `docker.io/istio/examples-bookinfo-${name}:1.20.3`,
      imagePullPolicy: 'IfNotPresent',
      ports: [{ containerPort: 9080 }],
    });
  });

  it.each(every)('%s: what Pod Security restricted asks for', (_name, service, version) => {
    const pod = deployment(service, version).spec.template.spec;
    expect(pod.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(pod.containers[0]!.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
      allowPrivilegeEscalation: false,
      privileged: false,
      capabilities: { drop: ['ALL'] },
    });
    // Volume kinds other than these few are refused as well.
    for (const volume of pod.volumes ?? []) expect(Object.keys(volume).sort()).toEqual(['emptyDir', 'name']);
  });

  it.each(every)('%s: three probes that differ, and room to start', (_name, service, version) => {
    const container = deployment(service, version).spec.template.spec.containers[0]!;
    const { startupProbe, readinessProbe, livenessProbe } = container;
    const patience = ({ periodSeconds, failureThreshold }: typeof startupProbe) =>
      periodSeconds * failureThreshold;
    for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
      expect(probe.httpGet).toEqual({ path: '/health', port: 9080 });
      expect(probe.timeoutSeconds).toBeLessThanOrEqual(probe.periodSeconds);
    }
    expect(patience(readinessProbe)).toBeLessThan(patience(livenessProbe));
    expect(patience(startupProbe)).toBe(service.startSeconds);
    expect(deployment(service, version).spec.progressDeadlineSeconds).toBeGreaterThan(patience(startupProbe));
  });

  it.each(every)('%s: requests within limits, no pod fewer in a roll-out', (_name, service, version) => {
    const { spec: body } = deployment(service, version);
    expect(body.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
    const { requests, limits } = body.template.spec.containers[0]!.resources;
    const mebibytes = (quantity: string) => Number(/^(\d+)Mi$/.exec(quantity)![1]);
    const millicores = (quantity: string) =>
      quantity.endsWith('m') ? Number.parseInt(quantity, 10) : Number(quantity) * 1000;
    expect(mebibytes(requests.memory)).toBeLessThanOrEqual(mebibytes(limits.memory));
    expect(millicores(requests.cpu)).toBeLessThanOrEqual(millicores(limits.cpu));
  });

  it('gives reviews and productpage the folders they write to', () => {
    const reviews = deployment(spec('reviews'), 'v2').spec.template.spec;
    expect(reviews.volumes).toEqual([
      { name: 'tmp', emptyDir: {} },
      { name: 'wlp-output', emptyDir: {} },
    ]);
    expect(reviews.containers[0]).toMatchObject({
      env: [{ name: 'LOG_DIR', value: '/tmp/logs' }],
      volumeMounts: [
        { name: 'tmp', mountPath: '/tmp' },
        { name: 'wlp-output', mountPath: '/opt/ibm/wlp/output' },
      ],
    });
    const page = deployment(spec('productpage'), 'v1').spec.template.spec;
    expect(page.volumes).toEqual([{ name: 'tmp', emptyDir: {} }]);
    expect(deployment(spec('details'), 'v1').spec.template.spec).not.toHaveProperty('volumes');
    expect(deployment(spec('ratings'), 'v1').spec.template.spec.containers[0]).not.toHaveProperty('env');
  });

  it('annotates the pods for metrics and traces', () => {
    const { annotations } = deployment(spec('reviews'), 'v3').spec.template.metadata;
    expect(annotations).toMatchObject({ project: 'shop', env: 'live', version: 'v3' });
    expect(annotations['datakit/prom.instances']).toContain('source = "shop-reviews-v3"');
    expect(parse(annotations['proxy.istio.io/config']!)).toEqual({
      tracing: {
        customTags: {
          project: { literal: { value: 'shop' } },
          env: { literal: { value: 'live' } },
          version: { literal: { value: 'v3' } },
        },
      },
    });
  });
});

const entry = (hosts?: readonly string[]) =>
  routers.virtualService.renderEntry(entryPlace({ application: bookinfo, namespace: 'prod', hosts }));

describe('the gateway', () => {
  it('listens on port 80 of the ingress gateway', () => {
    expect(entry()[0]).toEqual({
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'bookinfo-gateway', namespace: 'prod' },
      spec: {
        selector: { istio: 'ingressgateway' },
        servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
      },
    });
  });

  it('lets only the public paths of productpage in', () => {
    expect(entry(['a.example.com'])[1]).toEqual({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'bookinfo', namespace: 'prod' },
      spec: {
        hosts: ['a.example.com'],
        gateways: ['bookinfo-gateway'],
        http: [
          {
            match: [
              { uri: { exact: '/productpage' } },
              { uri: { prefix: '/static' } },
              { uri: { exact: '/login' } },
              { uri: { exact: '/logout' } },
              { uri: { prefix: '/api/v1/products' } },
            ],
            route: [{ destination: { host: 'productpage', port: { number: 9080 } } }],
          },
        ],
      },
    });
  });
});
