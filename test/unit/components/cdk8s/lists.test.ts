import { mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Helm, Include, Yaml } from 'cdk8s';
import * as pulumi from '@pulumi/pulumi';
import { asString, OutputText, planChart } from '../../../../components/cdk8s/pure';
import { chartOf, configMap, edges, manifestsOf, named, problemsOf } from './support';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'cdk8s-bridge-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const item = (name: string, more = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...more,
});

test('a list is taken apart, lists in lists too; items wait for what the list waits for', () => {
  const chart = chartOf((made) => {
    const first = configMap(made, 'first');
    const list = new ApiObject(made, 'list', {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        item('a', { data: { x: '1' } }),
        { apiVersion: 'v1', kind: 'List', items: [item('b'), item('c')] },
      ],
    });
    list.addDependency(first);
    configMap(made, 'last').addDependency(list);
  });
  const plan = planChart(chart);
  expect(plan.map(({ path, name }) => [path, name])).toEqual([
    ['chart/first', 'ConfigMap/first'],
    ['chart/list[0]', 'ConfigMap/a'],
    ['chart/list[1][0]', 'ConfigMap/b'],
    ['chart/list[1][1]', 'ConfigMap/c'],
    ['chart/last', 'ConfigMap/last'],
  ]);
  expect(named(plan, 'a').manifest).toEqual(item('a', { data: { x: '1' } }));
  expect(edges(plan)).toEqual({ first: [], a: ['first'], b: ['first'], c: ['first'], last: ['a', 'b', 'c'] });
});

test('a typed list tells its items their kind', () => {
  const chart = chartOf(
    (made) =>
      void new ApiObject(made, 'list', {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleList',
        items: [{ metadata: { name: 'reader' }, rules: [] }],
      }),
  );
  expect(planChart(chart)[0]).toMatchObject({
    type: 'kubernetes:rbac.authorization.k8s.io/v1:Role',
    manifest: { kind: 'Role', metadata: { name: 'reader' }, rules: [] },
  });
});

test("items get the chart's namespace and common labels; what they say themselves stands", () => {
  const chart = chartOf(
    (made) =>
      void new ApiObject(made, 'list', {
        apiVersion: 'v1',
        kind: 'List',
        items: [
          item('a'),
          { ...item('b'), metadata: { name: 'b', namespace: 'own', labels: { team: 'own', tier: 'web' } } },
          { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
        ],
      }),
    { namespace: 'shop', labels: { team: 'shop' } },
  );
  const plan = planChart(chart);
  expect(named(plan, 'a').manifest.metadata).toEqual({
    name: 'a',
    namespace: 'shop',
    labels: { team: 'shop' },
  });
  expect(named(plan, 'b').manifest.metadata).toEqual({
    name: 'b',
    namespace: 'own',
    labels: { team: 'own', tier: 'web' },
  });
  expect(named(plan, 'shop').manifest.metadata).toEqual({ name: 'shop', labels: { team: 'shop' } });
});

test('an empty list is nothing, and nothing waits for it', () => {
  const chart = chartOf((made) => {
    const list = new ApiObject(made, 'list', { apiVersion: 'v1', kind: 'ConfigMapList', items: [] });
    configMap(made, 'a').addDependency(list);
  });
  const [only, ...rest] = planChart(chart);
  expect([only!.name, only!.dependsOn, only!.requires, rest]).toEqual(['ConfigMap/a', [], [], []]);
});

test('a kind that only sounds like a list is an object', () => {
  const chart = chartOf(
    (made) =>
      void new ApiObject(made, 'x', {
        apiVersion: 'example.com/v1',
        kind: 'AllowList',
        metadata: { name: 'x' },
        spec: {},
      }),
  );
  expect(planChart(chart).map(({ type }) => type)).toEqual(['kubernetes:example.com/v1:AllowList']);
});

test('items that are no objects are refused with their place', () => {
  const chart = chartOf((made) => {
    const items = [
      item('a'),
      'text',
      { apiVersion: 'v1', metadata: { name: 'c' } },
      { ...item('d'), metadata: {} },
    ];
    new ApiObject(made, 'list', { apiVersion: 'v1', kind: 'List', items });
    new ApiObject(made, 'unknown', { apiVersion: 'v1', kind: 'List', items: pulumi.output([item('z')]) });
  });
  expect(problemsOf(() => planChart(chart)).map(({ path, problem }) => [path, problem])).toEqual([
    ['chart/list[1]', 'is an item of a list and no Kubernetes object'],
    ['chart/unknown', 'is a list whose items are not known yet'],
    ['chart/list[2]', 'has no plain kind'],
    ['chart/list[3]', 'has no name'],
  ]);
});

test('a file of several documents, a list and a definition among them, goes through', () => {
  const documents = [
    { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { size: 3 } },
    { apiVersion: 'v1', kind: 'List', items: [item('a'), item('b')] },
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.example.com' },
      spec: { group: 'example.com', scope: 'Namespaced', names: { kind: 'Widget', plural: 'widgets' } },
      status: {
        acceptedNames: { kind: 'Widget', plural: 'widgets' },
        conditions: [],
        storedVersions: ['v1'],
      },
    },
  ];
  const url = file('all.yaml', `---\n# nothing here\n---\n${Yaml.stringify(...documents)}`);
  const plan = planChart(chartOf((made) => void new Include(made, 'include', { url })));
  expect(edges(plan)).toEqual({ a: [], b: [], 'widgets.example.com': [], w: ['widgets.example.com'] });
  expect(named(plan, 'w').manifest).toEqual(documents[0]);
  // The status of a definition that was exported from a cluster is not declared.
  const { status: _status, ...definition } = documents[2]!;
  expect(named(plan, 'widgets.example.com').manifest).toEqual(definition);
});

test('a custom resource keeps a status it was given', () => {
  const url = file(
    'w.yaml',
    Yaml.stringify({ ...item('w'), apiVersion: 'example.com/v1', status: { a: 1 } }),
  );
  expect(manifestsOf(chartOf((made) => void new Include(made, 'i', { url })))[0]).toHaveProperty('status', {
    a: 1,
  });
});

/** Stands in for helm: prints a Secret and a ConfigMap made of the values file it is given, which holds one token. */
const fakeHelm = `#!/bin/sh
while [ "$1" != -f ]; do shift; done
token=$(sed -n 's/^token: //p' "$2")
cat <<END
apiVersion: v1
kind: Secret
metadata: { name: token }
data:
  token: $(printf %s "$token" | base64 | tr -d '\\n')
  header: $(printf 'Bearer %s' "$token" | base64 | tr -d '\\n')
  plain: cGxhaW4=
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data:
  text: "token=$token;"
  file: |
$(sed 's/^/    /' "$2")
END
`;

test('a Helm chart goes through, with Outputs among its values that it encodes and builds into texts', () => {
  const helmExecutable = file('helm', fakeHelm);
  chmodSync(helmExecutable, 0o755);
  const token = pulumi.secret('s3cret');
  const plan = planChart(
    chartOf(
      (made) =>
        void new Helm(made, 'h', { chart: './x', helmExecutable, values: { token: asString(token) } }),
    ),
  );
  expect(named(plan, 'settings').manifest['data']).toEqual({
    text: new OutputText(['token=', token, ';']),
    file: new OutputText(['token: ', token, '\n']),
  });
  expect(named(plan, 'token').manifest['data']).toEqual({
    token: new OutputText([token], 'base64'),
    header: new OutputText(['Bearer ', token], 'base64'),
    plain: 'cGxhaW4=',
  });
});

test('a bare Output among the values of a Helm chart is refused, not lost', () => {
  const helmExecutable = file('helm', fakeHelm);
  chmodSync(helmExecutable, 0o755);
  const values = { token: pulumi.output('x') };
  const chart = chartOf((made) => void new Helm(made, 'h', { chart: './x', helmExecutable, values }));
  expect(problemsOf(() => planChart(chart))).toEqual([
    {
      path: 'chart/h/settings-configmap',
      problem: 'data.file is a text made of an Output, which loses its value',
      remedy: 'put asString(output) there, or make the whole text an Output by pulumi.interpolate',
    },
  ]);
});
