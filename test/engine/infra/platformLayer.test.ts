import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { Platform } from '../../../rehearsal/platform/platform';
import type { Engine } from '../../../rehearsal/scenario/engine';
import { engineArgs, platformEngine } from '../../../rehearsal/scenario/project-engine';
import { ensureTools, platformTools, type Toolchain } from '../../../rehearsal/toolchain';
import { until } from '../../support/until';

let toolchain: Toolchain;
let platform: Platform;
let engine: Engine;
/** Everything in the cluster before the stack is applied. */
let before: ReadonlySet<string>;
/** What the first preview said would be made. */
let previewed: readonly string[];

beforeAll(async () => {
  toolchain = await ensureTools(platformTools, { progress: 'none' });
  // A cluster with nothing in it yet: the shared one has this layer already. And one as anybody but root has it.
  platform = await Platform.start({ name: `layer-${process.pid}`, toolchain, userNamespace: true });
  engine = await platformEngine(engineArgs(platform, toolchain), platform.paths.dir);
  before = await everything();
});

/** What a test has to clear away whether it passes or not. */
const afterwards: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clear of afterwards.splice(0)) await clear();
});

afterAll(async () => {
  await platform?.stop();
});

async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(toolchain.path('kubectl'), args, {
    env: { ...process.env, ...platform.environment() },
    maxBuffer: 2 ** 26,
  });
  return stdout;
}

async function apply(...objects: object[]): Promise<void> {
  const running = promisify(execFile)(toolchain.path('kubectl'), ['apply', '--server-side', '-f', '-'], {
    env: { ...process.env, ...platform.environment() },
  });
  running.child.stdin?.end(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  await running;
}

const problems = () => platform.call<string[]>('GET', '/problems');

/** What the ingress gateway answers; undefined where nobody listens or nothing comes within two seconds. */
const answer = () =>
  fetch(`http://127.0.0.1:${platform.ports.ingress}/`, { signal: AbortSignal.timeout(2000) }).then(
    (response) => response.text(),
    () => undefined,
  );

/** What comes and goes with what happens in a cluster, whoever it belongs to. */
const passing = /^(events(\.events\.k8s\.io)?|leases\.coordination\.k8s\.io|pods\.metrics\.k8s\.io)$/;

/** Every object of the cluster, by kind, namespace and name. */
async function everything(): Promise<ReadonlySet<string>> {
  const kinds = (await kubectl('api-resources', '--verbs=list', '-o', 'name'))
    .trim()
    .split('\n')
    .filter((kind) => !passing.test(kind));
  const columns = 'custom-columns=K:.kind,NS:.metadata.namespace,N:.metadata.name';
  const lines = await kubectl(
    'get',
    kinds.join(','),
    '-A',
    '-o',
    columns,
    '--no-headers',
    '--ignore-not-found',
  );
  return new Set(
    lines
      .trim()
      .split('\n')
      .map((line) => line.replace(/\s+/g, ' ')),
  );
}

async function namespaceLevels(): Promise<Record<string, string | undefined>> {
  const { items } = JSON.parse(await kubectl('get', 'namespaces', '-o', 'json')) as {
    items: { metadata: { name: string; labels: Record<string, string> } }[];
  };
  return Object.fromEntries(
    items.map(({ metadata: { name, labels } }) => [name, labels['pod-security.kubernetes.io/enforce']]),
  );
}

test('every object is in the preview, and none of it is made by a preview', async () => {
  const { changed } = await engine.preview();
  previewed = changed;
  const types = changed.map((urn) => urn.split('::')[2]?.split('$').at(-1));
  expect(types.filter((type) => type?.endsWith(':CustomResourceDefinition')).length).toBeGreaterThan(10);
  for (const type of [
    'kubernetes:apps/v1:DaemonSet',
    'kubernetes:apps/v1:Deployment',
    'kubernetes:core/v1:Secret',
    'kubernetes:telemetry.istio.io/v1:Telemetry',
    'kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration',
    'kubernetes:admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration',
  ]) {
    expect(types).toContain(type);
  }
  expect(await everything()).toEqual(before);
});

test('an update on an empty cluster, then one after a refresh: only the first one changes anything', async () => {
  const { changed } = await engine.up();
  expect(new Set(changed)).toEqual(new Set(previewed));
  expect((await engine.up({ refresh: true })).changed).toEqual([]);
  expect(await problems()).toEqual([]);
});

test('only the namespaces of DataKit and of the node plugin are privileged', async () => {
  expect(await namespaceLevels()).toEqual({
    bookinfo: 'restricted',
    'bookinfo-edge': 'restricted',
    datakit: 'privileged',
    'istio-cni': 'privileged',
    'istio-system': 'restricted',
    default: undefined,
    'kube-node-lease': undefined,
    'kube-public': undefined,
    'kube-system': undefined,
  });
});

test('what the charts install is live: istiod refuses a wrong route in an update, in its own words', async () => {
  const name = 'refused';
  await kubectl('create', 'namespace', name);
  afterwards.push(() => kubectl('delete', 'namespace', name, '--wait=true'));
  const route = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name, namespace: name },
    spec: { hosts: ['reviews'], http: [{ route: [{ destination: { host: 'reviews' }, weight: -5 }] }] },
  };
  await expect(apply(route)).rejects.toThrow(
    /admission webhook "(rev\.)?validation\.istio\.io" denied the request.*weight -5 < 0/s,
  );
});

/** A gateway that answers by itself, so that nothing but its own configuration decides whether it does. */
const answering = (namespace: string) => {
  const meta = { metadata: { name: 'answering', namespace } };
  const port = { number: 80, name: 'http', protocol: 'HTTP' };
  return [
    {
      ...{ apiVersion: 'networking.istio.io/v1', kind: 'Gateway', ...meta },
      spec: { selector: { istio: 'ingressgateway' }, servers: [{ port, hosts: ['*'] }] },
    },
    {
      ...{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', ...meta },
      spec: {
        hosts: ['*'],
        gateways: ['answering'],
        http: [{ directResponse: { status: 200, body: { string: 'served' } } }],
      },
    },
  ];
};

const ofTheAlias = /unknown cluster .*outbound\|9411\|\|zipkin\.istio-system/;

test('spans sent to an alias, as old installations did, silence the gateway; sent to DataKit itself, they do not', async () => {
  await apply(...answering('bookinfo'));
  afterwards.push(() => kubectl('delete', 'gateway,virtualservice', 'answering', '-n', 'bookinfo'));
  await until('the gateway answers', async () => (await answer()) === 'served');
  expect(await problems()).toEqual([]);

  const { config } = parse(readFileSync(engine.configFile, 'utf8')) as { config: Record<string, object> };
  const istio = config['bookinfo:istio'] as { tracing?: object };
  const alias = 'zipkin.istio-system.svc.cluster.local:9411';
  const spec = { type: 'ExternalName', externalName: 'datakit-service.datakit.svc.cluster.local' };
  const ports = [{ name: 'http', port: 9411, targetPort: 9529, protocol: 'TCP' }];
  const metadata = { name: 'zipkin', namespace: 'istio-system' };
  await apply({ apiVersion: 'v1', kind: 'Service', metadata, spec: { ...spec, ports } });
  afterwards.push(() => kubectl('delete', 'service', 'zipkin', '-n', 'istio-system'));
  engine.configure({ 'bookinfo:istio': { ...istio, tracing: { ...istio.tracing, address: alias } } });
  await engine.up();
  await until('Envoy refuses what istiod sends', async () => (await problems()).length > 0);
  const [refusal = ''] = await problems();
  expect(refusal).toMatch(ofTheAlias);
  // The gateway that was there goes on with its old listener; one that starts gets none.
  expect(await answer()).toBe('served');
  const [, oldGateway = ''] = /Envoy of (\S+) refused/.exec(refusal) ?? [];
  await kubectl('delete', 'pod', '-n', 'istio-system', '-l', 'istio=ingressgateway', '--wait=true');
  await until('the new gateway refuses as well', async () =>
    (await problems()).some((one) => ofTheAlias.test(one) && !one.includes(oldGateway)),
  );
  // Its agent says that it is ready when it has taken listeners (istio/istio pilot/cmd/pilot-agent/status/ready/probe.go).
  const ready = "-o=jsonpath={.items[*].status.conditions[?(@.type=='Ready')].status}";
  expect(await kubectl('get', 'pod', '-n', 'istio-system', '-l', 'istio=ingressgateway', ready)).toBe(
    'False',
  );
  expect(await answer()).toBeUndefined();

  engine.configure({ 'bookinfo:istio': istio });
  await engine.up();
  await until('the gateway answers again', async () => (await answer()) === 'served');
});

test('removing the stack leaves nothing behind', async () => {
  await engine.destroy();
  // Namespaces are removed in the background once they are empty.
  const namespaces = async () => (await kubectl('get', 'namespaces', '-o', 'name')).trim().split('\n');
  await until('its namespaces are gone', async () =>
    (await namespaces()).every((name) => before.has(`Namespace <none> ${name.replace('namespace/', '')}`)),
  );
  const left = [...(await everything())].filter((object) => !before.has(object));
  expect(left).toEqual([]);
  expect((await problems()).filter((one) => !ofTheAlias.test(one))).toEqual([]);
});
