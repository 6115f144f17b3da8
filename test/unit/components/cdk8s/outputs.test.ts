import * as pulumi from '@pulumi/pulumi';
import { ApiObject, JsonPatch, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { asString, asValue, OutputText, planChart } from '../../../../components/cdk8s/pure';
import { chartOf, configMap, manifestsOf, named, problemsOf } from './support';

const image = pulumi.output('registry/app:1');
const count = pulumi.output(3);

/** What a template literal makes of a value. */
const pasted = (value: unknown): string => [value].join('');

test('an Output is itself again wherever a construct takes a value', () => {
  const labels = pulumi.output({ team: 'shop' });
  const note = pulumi.secret('note');
  const chart = chartOf((made) => {
    const deployment = new kplus.Deployment(made, 'web', {
      metadata: { name: 'web', annotations: { note: asValue(note) } },
      replicas: asValue(count),
      containers: [],
    });
    deployment.addContainer({
      image: asValue(image),
      envVariables: { IMAGE: kplus.EnvValue.fromValue(asValue(image)) },
    });
    new ApiObject(made, 'raw', {
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'raw', labels: asValue(labels) },
      spec: { size: count, list: [1, count], whole: pulumi.output({ a: [1] }) },
    });
  });
  const plan = planChart(chart);
  const { metadata, spec } = named(plan, 'web').manifest as unknown as {
    metadata: { annotations: Record<string, unknown> };
    spec: { replicas: unknown; template: { spec: { containers: Record<string, unknown>[] } } };
  };
  expect(metadata.annotations['note']).toBe(note);
  expect(spec.replicas).toBe(count);
  const [container] = spec.template.spec.containers;
  expect(container!['image']).toBe(image);
  expect(container!['env']).toEqual([{ name: 'IMAGE', value: image }]);
  const raw = named(plan, 'raw').manifest as unknown as { spec: Record<string, unknown> };
  expect(raw.spec['size']).toBe(count);
  expect((raw.spec['list'] as unknown[])[1]).toBe(count);
  expect(raw.spec['whole']).toHaveProperty('apply');
});

test('Outputs and Promises come through Lazy and tokens', () => {
  const later = Promise.resolve('later');
  const spec = {
    lazy: Lazy.any({ produce: () => count }) as unknown,
    token: { resolve: () => ({ inside: image }) },
    lazyText: Lazy.any({ produce: () => `${asString(image)}-x` }) as unknown,
    promise: later,
  };
  const chart = chartOf(
    (made) =>
      void new ApiObject(made, 'x', { apiVersion: 'e.com/v1', kind: 'X', metadata: { name: 'x' }, spec }),
  );
  const [manifest] = manifestsOf(chart);
  const planned = manifest!['spec'] as Record<string, unknown>;
  expect(planned['lazy']).toBe(count);
  expect((planned['token'] as Record<string, unknown>)['inside']).toBe(image);
  expect(planned['lazyText']).toEqual(new OutputText([image, '-x']));
  expect(planned['promise']).toBe(later);
});

test('an Output in a text is kept apart from the text around it', () => {
  const data = {
    one: `image=${asString(image)}`,
    several: `${asString(count)} of ${asString(image)}, ${asString(count)} in all`,
    whole: asString(image),
    plain: asString('plain'),
  };
  const [manifest] = manifestsOf(chartOf((made) => void configMap(made, 'x', { data })));
  expect(manifest!['data']).toEqual({
    one: new OutputText(['image=', image]),
    several: new OutputText([count, ' of ', image, ', ', count, ' in all']),
    whole: image,
    plain: 'plain',
  });
});

test('unions of number and text take Outputs', () => {
  const chart = chartOf((made) => {
    const { IntOrString, KubeService } = kplus.k8s;
    const targets = [
      IntOrString.fromNumber(asValue(count)),
      IntOrString.fromString(asString(count)),
      IntOrString.fromNumber(80),
    ];
    new KubeService(made, 'x', {
      metadata: { name: 'x' },
      spec: { ports: targets.map((targetPort, i) => ({ port: i + 1, targetPort })) },
    });
  });
  const { spec } = manifestsOf(chart)[0] as unknown as { spec: { ports: { targetPort: unknown }[] } };
  expect(spec.ports[0]!.targetPort).toBe(count);
  expect(spec.ports[1]!.targetPort).toBe(count);
  expect(spec.ports[2]!.targetPort).toBe(80);
});

test('an Output in a JSON patch is put there by asString', () => {
  const chart = chartOf((made) => {
    const map = configMap(made, 'x', { data: { a: 'b' } });
    map.addJsonPatch(JsonPatch.add('/data/count', asString(count)), JsonPatch.replace('/data/a', 'c'));
  });
  expect(manifestsOf(chart)[0]!['data']).toEqual({ a: 'c', count });
});

test('the mark of an Output is the same for the same Output and a legal label', () => {
  expect(asString(image)).toBe(asString(image));
  expect(asString(image)).not.toBe(asString(count));
  expect(asString(image)).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
});

describe('refused instead of lost, the construct and the field named', () => {
  const field = (data: Record<string, unknown>) => (): unknown =>
    planChart(chartOf((made) => void configMap(made, 'x', { data })));

  test.each<[string, () => unknown, string, RegExp]>([
    [
      'an Output pasted into a text',
      field({ a: `x${pasted(image)}` }),
      'data.a is a text made of',
      /asString/,
    ],
    [
      'a Promise pasted into a text',
      field({ a: `x${pasted(Promise.resolve(1))}` }),
      'data.a is a text',
      /asString/,
    ],
    ['an Output as JSON', field({ a: JSON.stringify({ image }) }), 'data.a is a text made of', /interpolate/],
    ['a mark that was cut', field({ a: asString(image).slice(0, 20) }), 'data.a holds an Output', /apply/],
    ['a mark in capitals', field({ a: asString(image).toUpperCase() }), 'data.a holds an Output', /apply/],
    ['a mark that nobody made', field({ a: 'pulumi-output-7c41-99999-end' }), 'data.a holds an', /apply/],
    [
      'an Output as a key',
      field({ [asString(image)]: 'x' }),
      'data has a key that is an Output',
      /whole map/,
    ],
    ['a pasted Output as a key', field({ [pasted(image)]: 'x' }), 'data has a key that is an', /whole map/],
  ])('%s', (_, plan, problem, remedy) => {
    const [only, ...rest] = problemsOf(plan);
    expect(rest).toEqual([]);
    expect(only!.path).toBe('chart/x');
    expect(only!.problem).toContain(problem);
    expect(only!.remedy).toMatch(remedy);
  });

  test('an Output that the construct leaves out', () => {
    const chart = chartOf((made) => {
      // Typed code has to ask for this; what cdk8s does with it is to render nothing.
      const targetPort = asValue<kplus.k8s.IntOrString>(
        count as unknown as pulumi.Output<kplus.k8s.IntOrString>,
      );
      new kplus.k8s.KubeService(made, 'x', {
        metadata: { name: 'x' },
        spec: { ports: [{ port: 1, targetPort }] },
      });
    });
    const [only, ...rest] = problemsOf(() => planChart(chart));
    expect(rest).toEqual([]);
    expect(only!.problem).toBe(
      'spec.ports.0.targetPort is an Output that the construct left out of what it rendered',
    );
    expect(only!.remedy).toContain('IntOrString.fromString(asString(output))');
  });

  test('an Output for a name', () => {
    const chart = chartOf((made) => {
      configMap(made, 'whole', { metadata: { name: asValue(image) } });
      configMap(made, 'part', { metadata: { name: `a-${asString(image)}` } });
    });
    expect(problemsOf(() => planChart(chart)).map(({ path, remedy }) => [path, remedy])).toEqual([
      ['chart/whole', 'give it a plain name'],
      ['chart/part', 'give it a plain name'],
    ]);
  });
});
