import { ApiObject, App, Chart, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import * as kplus from 'cdk8s-plus-27';
import { ChartError, planChart } from '../../../../components/cdk8s/pure';
import { chartOf, configMap, manifestsOf, problemsOf } from './support';

test('what cannot be rendered is told with the path of its construct, all of it at once', () => {
  const chart = chartOf((made) => {
    const group = new Construct(made, 'group');
    configMap(group, 'date', { data: { at: new Date(0) } });
    const fails: unknown = Lazy.any({
      produce: () => {
        throw new Error('nothing to produce');
      },
    });
    configMap(group, 'lazy', { data: fails });
    configMap(group, 'fine');
  });
  const plan = () => planChart(chart);
  expect(problemsOf(plan).map(({ path, problem }) => [path, problem])).toEqual([
    ['chart/group/date', "cannot be rendered: can't render non-simple object of type 'Date'"],
    ['chart/group/lazy', 'cannot be rendered: nothing to produce'],
  ]);
  expect(plan).toThrow(ChartError);
  expect(plan).toThrow(
    'The chart cannot be declared: 2 problems\n' +
      `  "chart/group/date" cannot be rendered: can't render non-simple object of type 'Date'\n` +
      '    remedy: give the construct plain values, Outputs or Promises only\n',
  );
});

test('what a construct says of itself is asked, as cdk8s asks it', () => {
  const chart = chartOf((made) => void new kplus.Ingress(made, 'edge'));
  expect(problemsOf(() => planChart(chart))[0]).toEqual({
    path: 'chart/edge',
    problem: 'is not valid: ingress with no rules or default backend',
    remedy: 'correct the construct',
  });
});

test('a chart outside of an app is refused', () => {
  const chart = new Chart(undefined as unknown as Construct, 'alone');
  expect(problemsOf(() => planChart(chart))).toEqual([
    {
      path: 'alone',
      problem: 'stands in no cdk8s App',
      remedy: 'make the chart with an App as its scope: new Chart(new App(), ...)',
    },
  ]);
});

test('the resolver is taken out of the app again after a failure', () => {
  const chart = chartOf((made) => void configMap(made, 'x', { data: { at: new Date(0) } }));
  const before = [...App.of(chart).resolvers];
  problemsOf(() => planChart(chart));
  expect(App.of(chart).resolvers).toEqual(before);
});

test('an empty chart is an empty plan', () => {
  expect(planChart(chartOf(() => undefined))).toEqual([]);
});

describe('transformations', () => {
  const chart = () =>
    chartOf((made) => {
      configMap(made, 'a', { data: { x: '1' } });
      new ApiObject(made, 'role', {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'role' },
      });
    });

  test('change objects one after the other, namespaces in place, and names follow', () => {
    const seen: unknown[] = [];
    const plan = planChart(chart(), {
      namespace: 'shop',
      transformations: [
        (manifest, path) => {
          seen.push([path, manifest.metadata.namespace]);
          return { ...manifest, metadata: { ...manifest.metadata, name: `${manifest.metadata.name}-1` } };
        },
        (manifest) => ({
          ...manifest,
          metadata: { ...manifest.metadata, labels: { was: manifest.metadata.name } },
        }),
      ],
    });
    expect(seen).toEqual([
      ['chart/a', 'shop'],
      ['chart/role', undefined],
    ]);
    expect(plan.map(({ name }) => name)).toEqual(['ConfigMap/shop/a-1', 'ClusterRole/role-1']);
    expect(plan[0]!.manifest.metadata['labels']).toEqual({ was: 'a-1' });
  });

  test('leave objects out', () => {
    const transformations = [
      (manifest: { kind: string }) => (manifest.kind === 'ClusterRole' ? undefined : (manifest as never)),
      (manifest: { kind: string }) => ({ ...manifest, seen: true }) as never,
    ];
    expect(manifestsOf(chart(), { transformations })).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: '1' }, seen: true },
    ]);
  });

  test('that fail or take the name away are told with the path', () => {
    const throwing = problemsOf(() =>
      planChart(chart(), {
        transformations: [
          (manifest) => {
            if (manifest.kind === 'ConfigMap') throw new Error('not in production');
            return { ...manifest, metadata: { ...manifest.metadata, name: '' } };
          },
        ],
      }),
    );
    expect(throwing.map(({ path, problem }) => [path, problem])).toEqual([
      ['chart/a', 'was refused by a transformation: not in production'],
      ['chart/role', 'has no name after the transformations'],
    ]);
  });
});
