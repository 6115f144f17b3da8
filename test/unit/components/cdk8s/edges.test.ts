import { ApiObject, App, Chart } from 'cdk8s';
import { Construct, DependencyGroup } from 'constructs';
import * as fc from 'fast-check';
import { planChart } from '../../../../components/cdk8s/pure';
import { chartOf, configMap, edges, named, problemsOf } from './support';

/** Two groups of two ConfigMaps: a1 and a2 in a, b1 and b2 in b. */
function twoGroups(Group: new (scope: Construct, id: string) => Construct, scope: Construct) {
  const group = (id: string) => {
    const made = new Group(scope, id);
    return { made, objects: [1, 2].map((n) => configMap(made, `${id}${n}`)) };
  };
  return { a: group('a'), b: group('b') };
}

test('object on object', () => {
  const chart = chartOf((made) => {
    const { a, b } = twoGroups(Construct, made);
    a.objects[0]!.addDependency(b.objects[1]!);
  });
  expect(edges(planChart(chart))).toEqual({ a1: ['b2'], a2: [], b1: [], b2: [] });
});

test('construct on construct', () => {
  const chart = chartOf((made) => {
    const { a, b } = twoGroups(Construct, made);
    a.made.node.addDependency(b.made);
  });
  expect(edges(planChart(chart))).toEqual({ a1: ['b1', 'b2'], a2: ['b1', 'b2'], b1: [], b2: [] });
});

test('chart on chart, and from objects to what lies in other charts', () => {
  const app = new App();
  const { a, b } = twoGroups(Chart, app);
  (a.made as Chart).addDependency(b.made);
  configMap(new Chart(app, 'c'), 'c1').addDependency(a.objects[0]!);
  expect(edges(planChart(app))).toEqual({
    a1: ['b1', 'b2'],
    a2: ['b1', 'b2'],
    b1: [],
    b2: [],
    c1: ['a1'],
  });
});

test('a group of dependencies, and one on an enclosing construct', () => {
  const chart = chartOf((made) => {
    const { a, b } = twoGroups(Construct, made);
    configMap(made, 'last').node.addDependency(new DependencyGroup(a.made, b.objects[0]!));
    a.objects[1]!.node.addDependency(a.made);
  });
  expect(edges(planChart(chart))).toEqual({ a1: [], a2: ['a1'], b1: [], b2: [], last: ['a1', 'a2', 'b1'] });
});

test('a construct that depends on a part of itself: the rest waits for the part', () => {
  const chart = chartOf((made) => {
    const { a } = twoGroups(Construct, made);
    made.node.addDependency(a.made);
  });
  expect(edges(planChart(chart))).toEqual({ a1: [], a2: [], b1: ['a1', 'a2'], b2: ['a1', 'a2'] });
});

test('every object comes after those it waits for, whatever the graph', () => {
  const pairs = fc.array(fc.tuple(fc.nat(29), fc.nat(29)), { maxLength: 60 });
  fc.assert(
    fc.property(fc.shuffledSubarray([...Array(30).keys()], { minLength: 30 }), pairs, (ranks, wanted) => {
      const chart = chartOf((made) => {
        const objects = ranks.map((_, i) => configMap(made, `m${i}`));
        for (const [a, b] of wanted) if (ranks[a]! > ranks[b]!) objects[a]!.addDependency(objects[b]!);
      });
      const plan = planChart(chart);
      expect(plan).toHaveLength(30);
      plan.forEach((object, place) =>
        object.dependsOn.forEach((other) => expect(plan.indexOf(other)).toBeLessThan(place)),
      );
      const kept = new Set(
        plan.flatMap(({ path, dependsOn }) => dependsOn.map((other) => `${path} ${other.path}`)),
      );
      const asked = wanted
        .filter(([a, b]) => ranks[a]! > ranks[b]!)
        .map(([a, b]) => `chart/m${a} chart/m${b}`);
      expect(kept).toEqual(new Set(asked));
    }),
    { numRuns: 30 },
  );
});

test('objects keep the order of construction where nothing else orders them', () => {
  const chart = chartOf((made) => ['c', 'a', 'b'].forEach((id) => configMap(made, id)));
  expect(planChart(chart).map(({ path }) => path)).toEqual(['chart/c', 'chart/a', 'chart/b']);
});

test('a cycle is refused with the way round it', () => {
  const chart = chartOf((made) => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) => configMap(made, id));
    a!.addDependency(b!);
    b!.addDependency(c!);
    c!.addDependency(a!);
    configMap(made, 'behind').addDependency(a!);
  });
  expect(problemsOf(() => planChart(chart))).toEqual([
    {
      path: 'chart/a',
      problem: 'waits for "chart/b", which waits for "chart/c", which waits for "chart/a"',
      remedy:
        'remove one of these dependencies; objects wait for their namespace and definition by themselves',
    },
  ]);
});

const crd = (scope: Construct, id: string, scoped: 'Namespaced' | 'Cluster' = 'Namespaced') =>
  new ApiObject(scope, id, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: { group: 'example.com', scope: scoped, names: { kind: 'Widget', plural: 'widgets' } },
  });

test('definitions come before objects of their kind, namespaces before what lies in them', () => {
  const chart = chartOf((made) => {
    const widget = (id: string, apiVersion: string) =>
      new ApiObject(made, id, { apiVersion, kind: 'Widget', metadata: { name: id, namespace: 'shop' } });
    widget('ours', 'example.com/v1beta1');
    widget('of-others', 'example.org/v1');
    configMap(made, 'settings');
    crd(made, 'definition');
    new ApiObject(made, 'ns', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  });
  const plan = planChart(chart);
  expect(edges(plan)).toEqual({
    ours: ['shop', 'widgets.example.com'],
    'of-others': ['shop'],
    settings: [],
    'widgets.example.com': [],
    shop: [],
  });
  const places = plan.map(({ manifest }) => manifest.metadata.name);
  expect(places.indexOf('ours')).toBeGreaterThan(places.indexOf('widgets.example.com'));
});

test('a namespace that waits for what lies in it is a cycle', () => {
  const chart = chartOf((made) => {
    const inside = configMap(made, 'settings', { metadata: { name: 'settings', namespace: 'shop' } });
    const props = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
    new ApiObject(made, 'ns', props).addDependency(inside);
  });
  expect(problemsOf(() => planChart(chart))[0]!.problem).toBe(
    'waits for "chart/ns", which waits for "chart/settings"',
  );
});

test('a dependency on a chart that is planned apart is told, as is one of an enclosing construct', () => {
  const app = new App();
  const base = configMap(new Chart(app, 'base'), 'base');
  const outer = new Chart(app, 'outer');
  outer.addDependency(base.chart);
  const inner = new Chart(outer, 'inner');
  configMap(inner, 'inside');
  const [planned] = planChart(inner);
  expect(planned!.dependsOn).toEqual([]);
  expect(planned!.requires.map((construct) => construct.node.path)).toEqual(['base/base']);
  expect(edges(planChart(app))).toEqual({ base: [], inside: ['base'] });
});

test('what is left out by a transformation is waited for by nothing', () => {
  const chart = chartOf((made) => {
    const out = configMap(made, 'out');
    configMap(made, 'stays').addDependency(out);
  });
  const plan = planChart(chart, {
    transformations: [(manifest) => (manifest.metadata.name === 'out' ? undefined : manifest)],
  });
  expect(edges(plan)).toEqual({ stays: [] });
  expect(named(plan, 'stays').requires).toEqual([]);
});
