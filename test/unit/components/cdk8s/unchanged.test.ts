import { App, Chart, Cron, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { planChart, typeToken } from '../../../../components/cdk8s/pure';
import { chartOf, configMap } from './support';

const containers = [{ image: 'registry/app:1' }];
const role = (chart: Chart) => {
  const made = new kplus.Role(chart, 'role', { metadata: { name: 'role' } });
  made.allowRead(kplus.ApiResource.PODS);
  return made;
};
const clusterRole = (chart: Chart) => {
  const made = new kplus.ClusterRole(chart, 'cluster-role', { metadata: { name: 'cluster-role' } });
  made.allowRead(kplus.ApiResource.NODES);
  return made;
};

/** A chart for every top-level construct of cdk8s-plus. */
const constructs: Record<string, (chart: Chart) => void> = {
  ConfigMap: (chart) => {
    const map = new kplus.ConfigMap(chart, 'x', { data: { 'app.conf': 'a = 1\n' }, immutable: true });
    map.addBinaryData('bytes', 'AAEC');
  },
  CronJob: (chart) =>
    void new kplus.CronJob(chart, 'x', { schedule: Cron.daily(), containers, suspend: false }),
  Deployment: (chart) => {
    const deployment = new kplus.Deployment(chart, 'x', { containers: [], replicas: 3 });
    const container = deployment.addContainer({
      image: 'registry/app:1',
      portNumber: 9080,
      resources: { cpu: { request: kplus.Cpu.millis(50) }, memory: { limit: Size.mebibytes(64) } },
      envVariables: { A: kplus.EnvValue.fromValue('b') },
    });
    container.mount('/tmp', kplus.Volume.fromEmptyDir(deployment, 'tmp', 'tmp'));
    deployment.exposeViaService({ name: 'service' });
  },
  Job: (chart) => void new kplus.Job(chart, 'x', { containers, backoffLimit: 2 }),
  Pod: (chart) => void new kplus.Pod(chart, 'x', { containers }),
  Secret: (chart) => void new kplus.Secret(chart, 'x', { stringData: { token: 'plain' } }),
  BasicAuthSecret: (chart) => void new kplus.BasicAuthSecret(chart, 'x', { username: 'u', password: 'p' }),
  SshAuthSecret: (chart) => void new kplus.SshAuthSecret(chart, 'x', { sshPrivateKey: 'key' }),
  ServiceAccountTokenSecret: (chart) =>
    void new kplus.ServiceAccountTokenSecret(chart, 'x', {
      serviceAccount: new kplus.ServiceAccount(chart, 'account'),
    }),
  TlsSecret: (chart) => void new kplus.TlsSecret(chart, 'x', { tlsCert: 'cert', tlsKey: 'key' }),
  DockerConfigSecret: (chart) => void new kplus.DockerConfigSecret(chart, 'x', { data: { auths: {} } }),
  ServiceAccount: (chart) => void new kplus.ServiceAccount(chart, 'x'),
  Service: (chart) => void new kplus.Service(chart, 'x', { ports: [{ port: 80, targetPort: 9080 }] }),
  StatefulSet: (chart) =>
    void new kplus.StatefulSet(chart, 'x', {
      containers: [{ image: 'registry/app:1', portNumber: 9080 }],
      service: new kplus.Service(chart, 'service', { ports: [{ port: 80 }] }),
    }),
  Ingress: (chart) => {
    const service = new kplus.Service(chart, 'service', { ports: [{ port: 80 }] });
    new kplus.Ingress(chart, 'x').addRule('/', kplus.IngressBackend.fromService(service));
  },
  PersistentVolumeClaim: (chart) =>
    void new kplus.PersistentVolumeClaim(chart, 'x', { storage: Size.gibibytes(1) }),
  AwsElasticBlockStorePersistentVolume: (chart) =>
    void new kplus.AwsElasticBlockStorePersistentVolume(chart, 'x', { volumeId: 'vol' }),
  AzureDiskPersistentVolume: (chart) =>
    void new kplus.AzureDiskPersistentVolume(chart, 'x', { diskName: 'disk', diskUri: 'uri' }),
  GCEPersistentDiskPersistentVolume: (chart) =>
    void new kplus.GCEPersistentDiskPersistentVolume(chart, 'x', { pdName: 'disk' }),
  HorizontalPodAutoscaler: (chart) => {
    const target = new kplus.Deployment(chart, 'target', {
      containers: [{ image: 'registry/app:1', resources: { cpu: { request: kplus.Cpu.millis(50) } } }],
    });
    new kplus.HorizontalPodAutoscaler(chart, 'x', {
      target,
      maxReplicas: 5,
      metrics: [kplus.Metric.resourceCpu(kplus.MetricTarget.averageUtilization(70))],
    });
  },
  DaemonSet: (chart) => void new kplus.DaemonSet(chart, 'x', { containers }),
  Role: (chart) => void role(chart),
  ClusterRole: (chart) => void clusterRole(chart),
  RoleBinding: (chart) => role(chart).bind(kplus.User.fromName(chart, 'user', 'jane')),
  ClusterRoleBinding: (chart) => clusterRole(chart).bind(kplus.Group.fromName(chart, 'group', 'ops')),
  NetworkPolicy: (chart) =>
    void new kplus.NetworkPolicy(chart, 'x', {
      selector: kplus.Pods.all(chart, 'pods'),
      ingress: { default: kplus.NetworkPolicyTrafficDefault.DENY },
    }),
  Namespace: (chart) => void new kplus.Namespace(chart, 'x', { metadata: { name: 'x' } }),
};

/** The base classes among the exports: their constructors are not public. */
const bases = ['AbstractPod', 'PersistentVolume', 'Workload'];

test('the table holds every construct that cdk8s-plus offers', () => {
  const offered = Object.entries(kplus).flatMap(([name, value]) =>
    typeof value === 'function' && value.prototype instanceof kplus.Resource ? [name] : [],
  );
  expect(Object.keys(constructs).sort()).toEqual(offered.filter((name) => !bases.includes(name)).sort());
});

const byKindAndName = (a: { kind: string; metadata: { name: string } }, b: typeof a) =>
  `${a.kind}/${a.metadata.name}`.localeCompare(`${b.kind}/${b.metadata.name}`);

test.each(Object.keys(constructs))('%s goes through unchanged', (kind) => {
  const chart = chartOf(constructs[kind]!);
  const plan = planChart(chart);
  const manifests = plan.map(({ manifest }) => structuredClone(manifest)).sort(byKindAndName);
  const synthesised = (chart.toJson() as (typeof manifests)[number][]).sort(byKindAndName);
  expect(synthesised.length).toBeGreaterThan(0);
  expect(manifests).toEqual(synthesised);
  for (const { type, manifest } of plan) expect(type).toBe(typeToken(manifest.apiVersion, manifest.kind));
});

test('planning leaves the tree as it was: planned twice it is the same, and an app has its resolvers back', () => {
  const chart = chartOf((made) => constructs['Deployment']!(made));
  const first = planChart(chart).map(({ path, name, manifest }) => ({ path, name, manifest }));
  const dependencies = chart.node.findAll().map((construct) => construct.node.dependencies.length);
  expect(planChart(chart).map(({ path, name, manifest }) => ({ path, name, manifest }))).toEqual(first);
  expect(chart.node.findAll().map((construct) => construct.node.dependencies.length)).toEqual(dependencies);
  expect(App.of(chart).resolvers.map((resolver) => resolver.constructor.name)).toEqual([
    'LazyResolver',
    'ImplicitTokenResolver',
    'NumberStringUnionResolver',
  ]);
});

test('a whole app is planned with all its charts, nested ones once', () => {
  const app = new App();
  const outer = new Chart(app, 'outer');
  const inner = new Chart(outer, 'inner');
  for (const [name, chart] of Object.entries({ a: outer, b: inner, c: new Chart(app, 'other') })) {
    configMap(chart, name);
  }
  const names = (source: Parameters<typeof planChart>[0]) =>
    planChart(source).map(({ manifest }) => manifest.metadata.name);
  expect(names(app).sort()).toEqual(['a', 'b', 'c']);
  expect(names(outer).sort()).toEqual(['a', 'b']);
  expect(names([outer, inner]).sort()).toEqual(['a', 'b']);
});
