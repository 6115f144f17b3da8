import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManifestLoader } from '../../../../components/application/pure';
import { folderOf, workload } from './support';

const before = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = before;
});

/** Puts a program of this name first on PATH; it prints what it was called with and then a file. */
function tool(folder: string, name: string, script: string): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
  process.env['PATH'] = `${bin}:/usr/bin:/bin`;
}

const read = (folder: string, source: Parameters<ManifestLoader['read']>[0]) =>
  new ManifestLoader().read(source, {
    folder,
    path: 'app.yaml.services[0].manifests',
    name: 'cart',
    namespace: 'prod',
  });
const called = (object: unknown) =>
  (object as { manifest: { metadata: { annotations: Record<string, string> } } }).manifest.metadata
    .annotations['called'];

/** A program that prints a ConfigMap with the arguments it was called with. */
const echo = `printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: { name: made, annotations: { called: "%s" } }\\n' "$*"`;

describe('a chart', () => {
  const files = { 'chart/Chart.yaml': 'name: cart\nversion: 1.0.0\n', 'values.yaml': 'a: 1\n' };

  it.each([
    ['by its folder', 'chart', /^template cart \S+\/chart --include-crds --skip-tests --namespace prod$/],
    ['with a values file', { chart: 'chart', values: 'values.yaml' }, /--values \S+\/values\.yaml$/],
    [
      'with values of its own',
      { chart: 'chart', values: { replicas: 2 } },
      /--values \S+\/chart-values-\S+\/values\.yaml$/,
    ],
    ['under another name', { chart: 'chart', release: 'web' }, /^template web /],
    [
      'from a repository',
      { chart: 'cart', repo: 'https://charts.example.com', version: '1.2.3' },
      /^template cart cart .*--repo https:\/\/charts\.example\.com --version 1\.2\.3$/,
    ],
  ])('is rendered %s', (_name, source, expected) => {
    const folder = folderOf(files);
    tool(folder, 'helm', echo);
    const { manifests, problems } = read(folder, source);
    expect(problems).toEqual([]);
    expect(called(manifests[0])).toMatch(expected);
  });

  it('that helm refuses is told in its words', () => {
    const folder = folderOf(files);
    tool(folder, 'helm', 'echo "Error: values do not meet the schema" >&2; exit 1');
    expect(read(folder, 'chart').problems).toEqual([
      {
        path: 'app.yaml.services[0].manifests',
        problem: 'names the chart chart, which helm cannot render: Error: values do not meet the schema',
        remedy: 'correct the chart or its values: helm template cart chart',
      },
    ]);
  });

  it('needs helm', () => {
    const folder = folderOf(files);
    process.env['PATH'] = join(folder, 'nowhere');
    expect(read(folder, 'chart').problems).toMatchObject([
      {
        problem: 'names the chart chart, and there is no helm on PATH to render it',
        remedy: 'install helm 3.8 or newer',
      },
    ]);
  });
});

describe('a kustomization', () => {
  const overlay = {
    'base/cart.yaml': workload('cart'),
    'over/kustomization.yaml': 'resources: [../base]\nnamePrefix: a-\n',
  };

  it.each([
    ['by its folder', 'over'],
    ['by its key', { kustomize: 'over' }],
  ])('is rendered by kubectl %s', (_name, source) => {
    const folder = folderOf(overlay);
    tool(folder, 'kubectl', echo);
    expect(called(read(folder, source).manifests[0])).toMatch(/^kustomize \S+\/over$/);
  });

  it('that only lists files of its folder needs no kubectl', () => {
    const folder = folderOf({
      'k8s/kustomization.yaml': 'kind: Kustomization\nresources: [cart.yaml]\n',
      'k8s/cart.yaml': workload('cart'),
      'k8s/patch.yaml': 'spec: {}',
    });
    process.env['PATH'] = join(folder, 'nowhere');
    const { manifests, problems } = read(folder, 'k8s');
    expect(problems).toEqual([]);
    expect(manifests.map(({ manifest }) => manifest.kind)).toEqual(['Deployment', 'Service']);
  });

  it('that kubectl refuses is told in its words', () => {
    const folder = folderOf(overlay);
    tool(folder, 'kubectl', 'echo "error: accumulating resources" >&2; exit 1');
    expect(read(folder, 'over').problems).toMatchObject([
      { problem: 'names the kustomization over, which kubectl cannot render: error: accumulating resources' },
    ]);
  });
});

test('a source that several services name is read once, and its problems are told once', () => {
  const loader = new ManifestLoader();
  const place = { folder: folderOf({ 'a.yaml': '- 1' }), path: 'p', name: 'n' };
  expect(loader.read('a.yaml', place).problems).toHaveLength(1);
  expect(loader.read('a.yaml', place).problems).toEqual([]);
});
