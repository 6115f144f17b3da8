import { ApiObject } from 'cdk8s';
import * as pulumi from '@pulumi/pulumi';
import { asValue, planChart } from '../../../../components/cdk8s/pure';
import { chartOf, configMap, problemsOf } from './support';

const object = (apiVersion: string, kind: string, name = kind.toLowerCase()) => ({
  apiVersion,
  kind,
  metadata: { name },
});

const places = (...args: Parameters<typeof planChart>) =>
  Object.fromEntries(
    planChart(...args).map(({ manifest }) => [manifest.metadata.name, manifest.metadata.namespace]),
  );

const mixed = (made: Parameters<Parameters<typeof chartOf>[0]>[0]) => {
  configMap(made, 'plain');
  configMap(made, 'own', { metadata: { name: 'own', namespace: 'own' } });
  new ApiObject(made, 'role', object('rbac.authorization.k8s.io/v1', 'ClusterRole'));
  new ApiObject(made, 'ns', object('v1', 'Namespace'));
  new ApiObject(made, 'issuer', object('cert-manager.io/v1', 'ClusterIssuer'));
  new ApiObject(made, 'widget', object('example.com/v1', 'Widget'));
  new ApiObject(made, 'crd', {
    ...object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.example.com'),
    spec: { group: 'example.com', scope: 'Cluster', names: { kind: 'Widget' } },
  });
};

test('without a default, nothing is added', () => {
  expect(places(chartOf(mixed))).toEqual({
    plain: undefined,
    own: 'own',
    clusterrole: undefined,
    namespace: undefined,
    clusterissuer: undefined,
    widget: undefined,
    'widgets.example.com': undefined,
  });
});

test("the chart's namespace goes to namespaced kinds only", () => {
  expect(
    places(chartOf(mixed, { namespace: 'shop' }), { clusterScoped: ['cert-manager.io/ClusterIssuer'] }),
  ).toEqual({
    plain: 'shop',
    own: 'own',
    clusterrole: undefined,
    namespace: undefined,
    clusterissuer: undefined,
    widget: undefined,
    'widgets.example.com': undefined,
  });
});

test('the default of the option goes where neither chart nor object says one', () => {
  expect(places(chartOf(mixed), { namespace: 'fallback' })).toEqual({
    plain: 'fallback',
    own: 'own',
    clusterrole: undefined,
    namespace: undefined,
    // Nothing tells that this kind has no namespace: the option clusterScoped does.
    clusterissuer: 'fallback',
    widget: undefined,
    'widgets.example.com': undefined,
  });
  expect(places(chartOf(mixed, { namespace: 'shop' }), { namespace: 'fallback' })['plain']).toBe('shop');
});

test('a namespace may be an Output and is then no part of the name', () => {
  const namespace = pulumi.output('later');
  const chart = chartOf((made) => void configMap(made, 'a'), { namespace: asValue(namespace) });
  const [planned] = planChart(chart);
  expect(planned!.name).toBe('ConfigMap/a');
  expect(planned!.manifest.metadata.namespace).toBe(namespace);
  expect(
    places(
      chartOf((made) => void configMap(made, 'a')),
      { namespace },
    ),
  ).toEqual({ a: namespace });
});

test('one name in two namespaces that are not known yet is refused only as long as Pulumi could not tell them apart', () => {
  const chart = chartOf((made) => {
    for (const id of ['a', 'b']) {
      configMap(made, id, { metadata: { name: 'same', namespace: asValue(pulumi.output(id)) } });
    }
  });
  expect(problemsOf(() => planChart(chart))[0]!.remedy).toBe('tell them apart by the option resourceName');
  expect(planChart(chart, { resourceName: (_, __, path) => path }).map(({ name }) => name)).toEqual([
    'chart/a',
    'chart/b',
  ]);
});
