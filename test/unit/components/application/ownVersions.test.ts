import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ManifestLoader,
  parseApplication,
  resolveVersion,
  survey,
  versionManifests,
  type Application,
} from '../../../../components/application/pure';

/**
 * A Deployment for each version, as Istio's own samples have them (istio/istio samples/helloworld/helloworld.yaml,
 * samples/bookinfo/platform/kube/bookinfo.yaml).
 */
const deployment = (version: string, more = '') => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: hello-${version}, labels: { app: hello, version: ${version} } }
spec:
  replicas: ${version === 'v1' ? 3 : 1}
  selector: { matchLabels: { app: hello, version: ${version} } }
  template:
    metadata: { labels: { app: hello, version: ${version} } }
    spec:
      containers:
        - { name: hello, image: 'registry.example.com/hello-${version}:1.0', args: [--${version}] }
${more}`;
const service = `---
apiVersion: v1
kind: Service
metadata: { name: hello }
spec: { selector: { app: hello }, ports: [{ port: 5000, name: http }] }
`;
const scaler = (name: string, target: string) => `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name} }
spec: { maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${target} } }
`;
const budget = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: hello }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: hello } } }
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'own-versions-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string, services: readonly object[]) {
  writeFileSync(join(folder, 'hello.yaml'), text);
  return parseApplication({ name: 'greetings', services }, 'app.yaml', { folder });
}
const hello = (more: object = {}) => ({
  name: 'hello',
  manifests: 'hello.yaml',
  versions: ['v1', 'v2'],
  ...more,
});

function application(text: string, more: object = {}): Application {
  const result = read(text, [hello(more)]);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

function made(app: Application, version: string) {
  const [spec] = app.services;
  const placement = { namespace: 'prod', application: 'greetings', project: 'p', environment: 'e' };
  const { deployment: manifest, scaling } = versionManifests(
    spec!,
    resolveVersion(app, spec!, { version }, {}),
    placement,
    app.objects,
  );
  const template = manifest.spec.template as {
    spec: { containers: { image: string; args?: string[] }[] };
  };
  const [container] = template.spec.containers;
  return {
    ...{ name: manifest.metadata.name, replicas: manifest.spec.replicas },
    ...{ image: container?.image, args: container?.args },
    scaling: scaling.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
  };
}

const both = service + deployment('v1') + deployment('v2');
const ofV1 = { replicas: 3, image: 'registry.example.com/hello-v1:1.0', args: ['--v1'] };
const ofV2 = { replicas: 1, image: 'registry.example.com/hello-v2:1.0', args: ['--v2'] };

test('a version whose Deployment is there has that as its template, and nothing is declared twice', () => {
  const app = application(both);
  expect(made(app, 'v1')).toEqual({ name: 'hello-v1', ...ofV1, scaling: [] });
  expect(made(app, 'v2')).toEqual({ name: 'hello-v2', ...ofV2, scaling: [] });
  expect((app.objects ?? []).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'Service hello',
  ]);
});

test('a version that has none is made of the first one that has', () => {
  const app = application(both, { versions: ['v1', 'v2', 'v3'] });
  expect(made(app, 'v3')).toEqual({ name: 'hello-v3', ...ofV1, scaling: [] });
});

test('what a version says in the table is laid over its own Deployment', () => {
  const image = 'registry.example.com/hello:2.0';
  const app = application(both, { versions: { v1: {}, v2: { image, replicas: 4 } } });
  expect(made(app, 'v2')).toMatchObject({ image, replicas: 4, args: ['--v2'] });
  expect(made(app, 'v1')).toMatchObject(ofV1);
});

test('an autoscaler is of the version that it names; a budget of both is made for each', () => {
  const app = application(both + scaler('hello-v1', 'hello-v1') + budget);
  expect(made(app, 'v1').scaling).toEqual([
    'HorizontalPodAutoscaler hello-v1',
    'PodDisruptionBudget hello-v1',
  ]);
  expect(made(app, 'v2').scaling).toEqual(['PodDisruptionBudget hello-v2']);
});

test('the selector of each is checked', () => {
  const wrong = both.replace('matchLabels: { app: hello, version: v2 }', 'matchLabels: { app: other }');
  const one = read(wrong, [hello()]);
  expect(one.ok ? [] : one.problems.map(({ path }) => path)).toEqual([
    expect.stringContaining('Deployment hello-v2'),
  ]);
});

test.each([
  ['hello-v2', 'v2'],
  ['hello-1-4-0', '1-4-0'],
  ['hello-rc1', 'rc1'],
  ['hello-server', undefined],
  ['hello', undefined],
])('a survey takes %s for version %s', (name, version) => {
  writeFileSync(
    join(folder, 'one.yaml'),
    (service + deployment('v1')).replace('name: hello-v1', `name: ${name}`),
  );
  const { manifests } = new ManifestLoader().read('one.yaml', { folder, path: 'x', name: 'x' });
  expect(survey(manifests)).toEqual([expect.objectContaining({ service: 'hello', version, problems: [] })]);
});
