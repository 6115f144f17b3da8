import { Deployment } from '@pulumi/kubernetes/apps/v1/deployment';
import { Secret } from '@pulumi/kubernetes/core/v1/secret';
import * as pulumi from '@pulumi/pulumi';
import { ApiObject, App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { asString, asValue, Cdk8sChart, type Cdk8sChartArgs } from '../../../../components/cdk8s';
import { chartOf, configMap, requestsOf, secretValue, type Request } from './support';

const declare = (chart: Chart, more: Partial<Cdk8sChartArgs> = {}) =>
  requestsOf(() => void new Cdk8sChart('shop', { chart, ...more }));

const byName = (requests: readonly Request[], name: string): Request => {
  const found = requests.find((request) => request.name === name);
  if (!found) throw new Error(`${name} is not among ${requests.map((request) => request.name).join(', ')}`);
  return found;
};

const web = (made: Chart) =>
  new kplus.Deployment(made, 'web', {
    metadata: { name: 'web', namespace: 'shop' },
    containers: [{ image: 'web:1' }],
  });

test('every object is a resource of its own under the component, unchanged', async () => {
  const build = () =>
    chartOf((made) => {
      web(made);
      configMap(made, 'settings', { data: { a: '1' } });
      new ApiObject(made, 'route', {
        apiVersion: 'networking.istio.io/v1',
        kind: 'VirtualService',
        metadata: { name: 'route' },
        spec: { hosts: ['web'], http: [{ timeout: '2s' }] },
      });
    });
  const [component, ...objects] = await declare(build());
  expect(component).toMatchObject({ type: 'cdk8s:index:Chart', name: 'shop', object: {} });
  // Requests are prepared side by side, so that their order tells nothing.
  objects.sort((a, b) => a.name.localeCompare(b.name));
  expect(objects.map(({ type, name }) => [type, name])).toEqual([
    ['kubernetes:core/v1:ConfigMap', 'ConfigMap/settings'],
    ['kubernetes:apps/v1:Deployment', 'Deployment/shop/web'],
    ['kubernetes:networking.istio.io/v1:VirtualService', 'VirtualService/route'],
  ]);
  const kinds = ['ConfigMap', 'Deployment', 'VirtualService'];
  const synthesised = build().toJson() as { kind: string }[];
  expect(objects.map(({ object }) => object)).toEqual(
    kinds.map((kind) => synthesised.find((manifest) => manifest.kind === kind)),
  );
  for (const { parent } of objects) expect(parent).toMatch(/::cdk8s:index:Chart::shop$/);
});

test('a resource is registered as the class of the SDK registers it', async () => {
  const chart = chartOf((made) => {
    web(made);
    new kplus.Secret(made, 'token', { metadata: { name: 'token' }, stringData: { token: 'marker' } });
  });
  const ours = await declare(chart);
  const sdk = await requestsOf(() => {
    const [deployment, secret] = chart.toJson() as [never, never];
    new Deployment('Deployment/shop/web', deployment);
    new Secret('Secret/token', secret);
  });
  expect(sdk).toHaveLength(2);
  for (const theirs of sdk) {
    const { parent: _parent, ...request } = byName(ours, theirs.name);
    const { parent: _none, ...expected } = theirs;
    expect(request).toEqual(expected);
  }
  expect(byName(sdk, 'Deployment/shop/web').aliases.length).toBeGreaterThan(0);
  expect(byName(sdk, 'Secret/token').secretOutputs).toEqual(['data', 'stringData']);
});

test('Outputs arrive as values, in texts and numbers too', async () => {
  const version = pulumi.output('7');
  const requests = await declare(
    chartOf(
      (made) =>
        void new ApiObject(made, 'x', {
          apiVersion: 'example.com/v1',
          kind: 'Widget',
          metadata: { name: 'x', namespace: asValue(pulumi.output('later')) },
          spec: {
            image: `registry/app:${asString(version)}`,
            replicas: pulumi.output(3),
            promise: Promise.resolve(true),
            whole: pulumi.output({ nested: [version] }),
          },
        }),
    ),
  );
  expect(byName(requests, 'Widget/x').object).toEqual({
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'x', namespace: 'later' },
    spec: { image: 'registry/app:7', replicas: 3, promise: true, whole: { nested: ['7'] } },
  });
});

test('what is not known in a preview is unknown there, alone and in a text; the rest is shown', async () => {
  const later = pulumi.output<string>(pulumi.unknown as string);
  const data = { whole: later, text: `a-${asString(later)}`, known: `b-${asString(pulumi.output('c'))}` };
  const chart = chartOf((made) => void configMap(made, 'x', { data }));
  const requests = await requestsOf(() => void new Cdk8sChart('shop', { chart }), true);
  const unknown = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
  expect(byName(requests, 'ConfigMap/x').object['data']).toEqual({
    whole: unknown,
    text: unknown,
    known: 'b-c',
  });
});

describe('secrets stay secret', () => {
  const token = () => pulumi.secret('s3cret-marker');

  test('as a value, in a text, and nothing else becomes one', async () => {
    const requests = await declare(
      chartOf((made) =>
        configMap(made, 'x', { data: { whole: token(), text: `Bearer ${asString(token())}`, plain: 'p' } }),
      ),
    );
    const data = byName(requests, 'ConfigMap/x').object['data'] as Record<string, unknown>;
    expect(secretValue(data['whole'])).toBe('s3cret-marker');
    expect(secretValue(data['text'])).toBe('Bearer s3cret-marker');
    expect(data['plain']).toBe('p');
  });

  test('in a list of several values', async () => {
    const env = [
      { name: 'A', value: token() },
      { name: 'B', value: 'b' },
    ];
    const spec = { containers: [{ name: 'a', image: 'a:1', env }] };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec };
    const requests = await declare(chartOf((made) => void new ApiObject(made, 'x', pod)));
    const sent = JSON.stringify(byName(requests, 'Pod/x').object);
    expect(sent.match(/s3cret-marker/g)).toHaveLength(1);
    const object = byName(requests, 'Pod/x').object as {
      spec: { containers: { env: { value: unknown }[] }[] };
    };
    expect(secretValue(object.spec.containers[0]!.env[0]!.value)).toBe('s3cret-marker');
    expect(object.spec.containers[0]!.env[1]!.value).toBe('b');
  });

  test('in the data of a Secret, encoded by the chart or not; data of Secrets is always one', async () => {
    const mark = asString(token());
    const data = { token: Buffer.from(`Bearer ${mark}`).toString('base64'), other: 'cGxhaW4=' };
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'x' },
      data,
      stringData: { a: 'plain' },
    };
    const requests = await declare(chartOf((made) => void new ApiObject(made, 'x', secret)));
    const { object, secretOutputs } = byName(requests, 'Secret/x');
    expect(secretValue(object['data'])).toEqual({
      token: Buffer.from('Bearer s3cret-marker').toString('base64'),
      other: 'cGxhaW4=',
    });
    expect(secretValue(object['stringData'])).toEqual({ a: 'plain' });
    expect(secretOutputs).toEqual(['data', 'stringData']);
  });

  test('an Output that is no secret stays none', async () => {
    const requests = await declare(
      chartOf((made) => void configMap(made, 'x', { data: { a: pulumi.output('open') } })),
    );
    expect(byName(requests, 'ConfigMap/x').object['data']).toEqual({ a: 'open' });
  });

  test('a refusal does not tell the value', async () => {
    const chart = chartOf((made) => void configMap(made, 'x', { data: { [asString(token())]: 'x' } }));
    let message = '';
    await requestsOf(() => {
      try {
        new Cdk8sChart('shop', { chart });
      } catch (error) {
        message = (error as Error).message;
      }
    });
    expect(message).toContain('"chart/x" data has a key that is an Output');
    expect(message).not.toContain('s3cret');
  });
});

describe('dependencies', () => {
  test('of constructs, of inputs, of definitions and namespaces become dependencies of resources', async () => {
    const app = new App();
    const base = new Chart(app, 'base');
    new kplus.Namespace(base, 'ns', { metadata: { name: 'shop' } });
    const shop = new Chart(app, 'shop', { namespace: 'shop' });
    const settings = configMap(shop, 'settings');
    configMap(shop, 'last').addDependency(settings);
    const requests = await requestsOf(() => void new Cdk8sChart('all', { chart: [shop, base] }));
    expect(byName(requests, 'Namespace/shop').dependencies).toEqual([]);
    expect(byName(requests, 'ConfigMap/shop/settings').dependencies).toEqual(['Namespace/shop']);
    expect([...byName(requests, 'ConfigMap/shop/last').dependencies].sort()).toEqual([
      'ConfigMap/shop/settings',
      'Namespace/shop',
    ]);
  });

  test('go from chart to chart where they are declared apart, in their order', async () => {
    const app = new App();
    const base = new Chart(app, 'base');
    configMap(base, 'base');
    const shop = new Chart(app, 'shop');
    shop.addDependency(base);
    configMap(shop, 'x');
    const requests = await requestsOf(() => {
      new Cdk8sChart('base', { chart: base });
      new Cdk8sChart('shop', { chart: shop });
    });
    expect(byName(requests, 'ConfigMap/x').dependencies).toEqual(['ConfigMap/base']);
  });

  test('on what is not declared are refused', async () => {
    const app = new App();
    const base = configMap(new Chart(app, 'base'), 'base');
    const shop = new Chart(app, 'shop');
    configMap(shop, 'x').addDependency(base);
    const requests = await requestsOf(() => {
      expect(() => new Cdk8sChart('shop', { chart: shop })).toThrow(
        '"shop/x" depends on "base/base", which is not declared\n' +
          '    remedy: declare the chart of that one first, or both charts together',
      );
    });
    expect(requests).toEqual([]);
  });

  test("the component's own are handed to every object, and objects can be depended on", async () => {
    const chart = chartOf((made) => ['a', 'b'].forEach((id) => configMap(made, id)));
    const requests = await requestsOf(() => {
      const first = new Cdk8sChart('first', { chart: chartOf((made) => void configMap(made, 'first')) });
      const made = new Cdk8sChart('shop', { chart }, { dependsOn: [...first.objects.values()] });
      const a = Cdk8sChart.objectsOf(chart.node.findChild('a'));
      expect(a).toEqual([made.objects.get('ConfigMap/a')]);
      const after = chartOf((scope) => void configMap(scope, 'after'));
      new Cdk8sChart('after', { chart: after }, { dependsOn: [...a] });
    });
    expect(byName(requests, 'ConfigMap/a').dependencies).toEqual(['ConfigMap/first']);
    expect(byName(requests, 'ConfigMap/b').dependencies).toEqual(['ConfigMap/first']);
    expect(byName(requests, 'ConfigMap/after').dependencies).toEqual(['ConfigMap/a']);
  });
});

test('options of a resource are added to those it has', async () => {
  const requests = await declare(
    chartOf((made) => void web(made)),
    {
      resourceOptions: ({ type, manifest }) =>
        manifest.kind === 'Deployment' ? { aliases: [{ type: `${type}Old` }], version: '1.2.3' } : {},
    },
  );
  const { aliases, version, parent } = byName(requests, 'Deployment/shop/web');
  expect(aliases).toContain('kubernetes:apps/v1:DeploymentOld');
  expect(aliases).toContain('kubernetes:apps/v1beta2:Deployment');
  expect(version).toBe('1.2.3');
  expect(parent).toMatch(/::shop$/);
});

test('a refused chart registers nothing and ends without a stack trace', async () => {
  const chart = chartOf((made) => void configMap(made, 'x', { data: { at: new Date(0) } }));
  let thrown: unknown;
  const requests = await requestsOf(() => {
    try {
      new Cdk8sChart('shop', { chart });
    } catch (error) {
      thrown = error;
    }
  });
  expect(pulumi.RunError.isInstance(thrown)).toBe(true);
  expect((thrown as Error).message).toContain('"chart/x" cannot be rendered');
  expect(requests).toEqual([]);
});

test('fields of an object can be read as outputs', async () => {
  const values: Promise<unknown>[] = [];
  await requestsOf(() => {
    const { objects } = new Cdk8sChart('shop', { chart: chartOf((made) => void web(made)) });
    const deployment = objects.get('Deployment/shop/web')!;
    expect(Deployment.isInstance(deployment)).toBe(true);
    const fields = [deployment.metadata.apply(({ name }) => name), deployment.kind, deployment.apiVersion];
    for (const field of fields) values.push(new Promise((done) => field.apply(done)));
    // Written by the cluster only, and yet there before the resource is: a program may build on it.
    expect(pulumi.Output.isInstance(deployment.status)).toBe(true);
  });
  expect(await Promise.all(values)).toEqual(['web', 'Deployment', 'apps/v1']);
});
