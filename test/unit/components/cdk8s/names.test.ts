import { ApiObject, App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { Deployment } from 'cdk8s-plus-27';
import { planChart } from '../../../../components/cdk8s/pure';
import { chartOf, configMap, problemsOf } from './support';

const namesOf = (...args: Parameters<typeof planChart>) => planChart(...args).map(({ name }) => name);

test('a name is made of kind, namespace and name', () => {
  const chart = chartOf((made) => {
    configMap(made, 'settings');
    configMap(made, 'elsewhere', { metadata: { name: 'settings', namespace: 'other' } });
    new ApiObject(made, 'role', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'reader' },
    });
  });
  expect(namesOf(chart)).toEqual(['ConfigMap/settings', 'ConfigMap/other/settings', 'ClusterRole/reader']);
});

test('a name survives a move in the tree, to another chart and to another app', () => {
  const metadata = { name: 'web', namespace: 'shop' };
  const deployment = (scope: Construct, id: string) =>
    new Deployment(scope, id, { metadata, containers: [{ image: 'web:1' }] });
  const flat = chartOf((chart) => void deployment(chart, 'web'));
  const deep = new Chart(new App(), 'other');
  deployment(new Construct(new Construct(deep, 'group'), 'inner'), 'renamed');
  const [before] = planChart(flat);
  const [after] = planChart(deep);
  expect(after!.path).not.toBe(before!.path);
  expect([after!.name, after!.type]).toEqual([before!.name, before!.type]);
  expect(after!.name).toBe('Deployment/shop/web');
});

test('order of construction changes no name', () => {
  const forth = chartOf((chart) => ['a', 'b', 'c'].forEach((id) => configMap(chart, id)));
  const back = chartOf((chart) => ['c', 'b', 'a'].forEach((id) => configMap(chart, id)));
  expect(namesOf(forth).sort()).toEqual(namesOf(back).sort());
});

test('names can be changed, and the option is asked with the proposed one', () => {
  const chart = chartOf((made) => void configMap(made, 'a'));
  expect(
    namesOf(chart, { resourceName: (name, manifest, path) => [name, manifest.kind, path].join('|') }),
  ).toEqual(['ConfigMap/a|ConfigMap|chart/a']);
});

test('two constructs for one object are refused, both named; all such pairs at once', () => {
  const chart = chartOf((made) => {
    for (const group of ['one', 'two']) {
      const scope = new Construct(made, group);
      configMap(scope, 'settings', { metadata: { name: 'settings', namespace: 'shop' } });
      configMap(scope, 'global');
    }
  });
  expect(problemsOf(() => planChart(chart))).toEqual([
    {
      path: 'chart/two/settings',
      problem: 'declares ConfigMap shop/settings, which "chart/one/settings" declares already',
      remedy: 'give one of them another name or namespace, or remove it',
    },
    expect.objectContaining({
      path: 'chart/two/global',
      problem: 'declares ConfigMap global, which "chart/one/global" declares already',
    }),
  ]);
});

test('another version of the API is the same object, another group is not', () => {
  const autoscaler = (version: string) => ({
    apiVersion: `autoscaling/${version}`,
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
  });
  const versions = chartOf((chart) => {
    new ApiObject(chart, 'v1', autoscaler('v1'));
    new ApiObject(chart, 'v2', autoscaler('v2'));
  });
  expect(problemsOf(() => planChart(versions))).toHaveLength(1);
  const groups = chartOf((chart) => {
    for (const apiVersion of ['networking.istio.io/v1', 'gateway.networking.k8s.io/v1']) {
      new ApiObject(chart, apiVersion, { apiVersion, kind: 'Gateway', metadata: { name: 'edge' } });
    }
  });
  expect(planChart(groups).map(({ type, name }) => [type, name])).toEqual([
    ['kubernetes:networking.istio.io/v1:Gateway', 'Gateway/edge'],
    ['kubernetes:gateway.networking.k8s.io/v1:Gateway', 'Gateway/edge'],
  ]);
});

test('a name given twice by the option is refused with what to do', () => {
  const chart = chartOf((made) => ['a', 'b'].forEach((id) => configMap(made, id)));
  expect(problemsOf(() => planChart(chart, { resourceName: () => 'same' }))).toEqual([
    {
      path: 'chart/b',
      problem: 'would be named "same" in Pulumi, as "chart/a" is already',
      remedy: 'tell them apart by the option resourceName',
    },
  ]);
});
