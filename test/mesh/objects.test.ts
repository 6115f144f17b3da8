import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments, stringify } from 'yaml';
import { projectRoot } from '../../rehearsal/paths';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';
import { smallProgram } from './support/small-program';
import { until } from '../support/until';

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec?: {
    selector?: Record<string, string>;
    ports?: { port: number; name: string }[];
    template?: {
      metadata: { labels: Record<string, string> };
      spec: {
        serviceAccountName: string;
        containers: { name: string; ports: { containerPort: number }[] }[];
      };
    };
  };
}

let rehearsal: SharedRehearsal;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  const names = ['test', 'prod', 'unlabelled'];
  await apply(names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
});

afterAll(async () => {
  await rehearsal.tool('kubectl', ['delete', 'namespace', 'test', 'prod', 'unlabelled', '--wait=false']);
});

const yaml = (objects: readonly object[]) => objects.map((object) => stringify(object)).join('---\n');

function apply(objects: readonly object[], ...flags: string[]) {
  return rehearsal.tool('kubectl', ['apply', '--server-side', ...flags, '-f', '-'], yaml(objects));
}

async function render(stack: string, step?: string): Promise<Manifest[]> {
  const args = ['bin/render.js', '--stack', stack, ...(step ? ['--step', step] : [])];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: projectRoot(),
    env: process.env,
    maxBuffer: 2 ** 24,
  });
  return parse(stdout);
}

const parse = (text: string) =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((object) => object !== null);

test.each([
  ['rehearsal-platform', undefined],
  ['test', '10'],
  ['prod', 'baseline'],
  ['prod', '0'],
  ['prod', '50'],
  ['prod', 'finished'],
])('every object of stack %s at step %s passes a server-side dry run', async (stack, step) => {
  const objects = await render(stack, step);
  expect(objects.length).toBeGreaterThan(0);
  const { stdout } = await apply(objects, '--dry-run=server', '--force-conflicts');
  expect(stdout.trim().split('\n')).toHaveLength(objects.length);
});

/** What callers and operators of Bookinfo rely on, apart from how its pods are run. */
function contract(objects: readonly Manifest[]) {
  const of = (kind: string) =>
    objects
      .filter((object) => object.kind === kind)
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return {
    services: of('Service').map(({ metadata, spec }) => ({
      name: metadata.name,
      labels: metadata.labels,
      selector: spec?.selector,
      ports: spec?.ports?.map(({ name, port }) => ({ name, port })),
    })),
    accounts: of('ServiceAccount').map(({ metadata }) => ({ name: metadata.name, labels: metadata.labels })),
    deployments: of('Deployment').map(({ metadata, spec }) => ({
      name: metadata.name,
      labels: metadata.labels,
      podLabels: spec?.template?.metadata.labels,
      account: spec?.template?.spec.serviceAccountName,
      containers: spec?.template?.spec.containers.map(({ name, ports }) => ({
        name,
        ports: ports.map(({ containerPort }) => containerPort),
      })),
    })),
  };
}

test("Services, ServiceAccounts, labels and ports equal those of Istio's own sample", async () => {
  const sample = contract(
    parse(
      readFileSync(join(rehearsal.toolchain.bookinfoSample, 'platform', 'kube', 'bookinfo.yaml'), 'utf8'),
    ),
  );
  const ours = contract(await render('prod', '50'));
  expect(ours.services).toEqual(sample.services);
  expect(ours.accounts).toEqual(sample.accounts);
  // The sample runs all three versions of reviews; a release runs the two it is about.
  expect(ours.deployments).toEqual(sample.deployments.filter(({ name }) => name !== 'reviews-v3'));
  expect(sample.deployments).toHaveLength(6);
});

/** The containers of a pod as the API server would have it, the injector's among them. */
async function containersIn(namespace: string): Promise<readonly string[]> {
  const { stdout } = await apply(
    [
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'plain', namespace },
        spec: { containers: [{ name: 'main', image: 'docker.io/library/plain:1.0.0' }] },
      },
    ],
    '--dry-run=server',
    '-o',
    'json',
  );
  const { spec } = JSON.parse(stdout) as {
    spec: { containers: { name: string }[]; initContainers?: { name: string }[] };
  };
  return [...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name);
}

test('a pod gets a sidecar where its namespace asks for one, and nowhere else', async () => {
  expect(await containersIn('unlabelled')).toEqual(['main']);
  await rehearsal.tool('kubectl', ['label', 'namespace', 'unlabelled', 'istio-injection=enabled']);
  // The API server's webhook reads namespaces from a cache, a moment behind.
  await until('a pod with a sidecar', async () => (await containersIn('unlabelled')).includes('istio-proxy'));
});

/** A program that declares a route our own never would, so that istiod is the one who refuses it. */
const wrongRoute = `const { CustomResource } = require('@pulumi/kubernetes/apiextensions');
const destination = { host: 'reviews', subset: 'v1' };
new CustomResource('wrong', {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'wrong', namespace: 'test' },
  spec: { hosts: ['reviews'], http: [{ route: [{ destination, weight: -5 }] }] },
});
`;

test('a route that istiod rejects fails the update, in the words of istiod, and is not made', async () => {
  const program = await smallProgram(rehearsal, 'wrong-route', wrongRoute);
  await expect(program.up()).rejects.toThrow(
    /admission webhook "(rev\.)?validation\.istio\.io" denied the request.*weight -5 < 0/s,
  );
  const { stdout } = await rehearsal.tool('kubectl', ['get', 'virtualservices', '-n', 'test', '-o', 'name']);
  expect(stdout).toBe('');
});
