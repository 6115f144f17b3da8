import { ApiObject, App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { asString, asValue, Cdk8sChart } from '../../../components/cdk8s';
import { at, stringAt } from '../../../rehearsal/provider/json';
import { pulumi, useStack } from '../provider/support';

const context = useStack();
const MARKER = 's3cret-marker';

/** A definition, an object of its kind, a list and workloads, with Outputs of every sort in them. */
function shop(namespace: string, image: string, nested = false): Chart {
  const chart = new Chart(new App(), 'shop', { namespace });
  const scope = nested ? new Construct(new Construct(chart, 'moved'), 'here') : chart;
  const group = `${namespace}.example.com`;
  const widget = { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: 'one' } };
  new ApiObject(scope, 'widget', { ...widget, spec: { size: pulumi.output(3) } });
  new ApiObject(scope, 'crd', {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  });
  const config = (name: string, value: unknown) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: { value },
  });
  new ApiObject(scope, 'list', {
    apiVersion: 'v1',
    kind: 'List',
    items: [config('a', '1'), config('b', '2')],
  });
  new ApiObject(scope, 'text', config('text', `image=${asString(pulumi.output(image))}`));
  new kplus.Secret(scope, 'secret', {
    metadata: { name: 'token' },
    stringData: { header: `Bearer ${asString(pulumi.secret(MARKER))}` },
  });
  new ApiObject(scope, 'cron', {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'job' },
    spec: {
      schedule: '0 0 1 1 *',
      suspend: asValue(pulumi.output(true)),
      jobTemplate: {
        spec: {
          template: {
            spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: pulumi.output(image) }] },
          },
        },
      },
    },
  });
  return chart;
}

const names = (namespace: string) => [
  `ConfigMap/${namespace}/a`,
  `ConfigMap/${namespace}/b`,
  `ConfigMap/${namespace}/text`,
  `CronJob/${namespace}/job`,
  `CustomResourceDefinition/widgets.${namespace}.example.com`,
  `Secret/${namespace}/token`,
  `Widget/${namespace}/one`,
];

const all = (namespace: string, operation: string) =>
  Object.fromEntries(names(namespace).map((name) => [name, operation]));

test('a chart with Outputs in it: previewed, created, left alone, moved, changed, removed', async () => {
  const { stack, cluster } = context;
  const { namespace } = stack;
  const program =
    (image: string, nested = false) =>
    () => {
      new Cdk8sChart('shop', { chart: shop(namespace, image, nested) });
      return Promise.resolve();
    };

  const preview = await stack.preview(program('app:1'));
  expect(preview.error).toBeUndefined();
  expect(preview.operations).toEqual(all(namespace, 'create'));

  const up = await stack.up(program('app:1'));
  expect(up.error).toBeUndefined();
  expect(up.operations).toEqual(all(namespace, 'create'));
  expect(at(await cluster.get(stack.path('configmaps', 'text')), 'data', 'value')).toBe('image=app:1');
  const widget = `/apis/${namespace}.example.com/v1/namespaces/${namespace}/widgets/one`;
  expect(at(await cluster.get(widget), 'spec', 'size')).toBe(3);
  const cron = await cluster.get(stack.path('cronjobs', 'job', '/apis/batch/v1'));
  expect(at(cron, 'spec', 'suspend')).toBe(true);
  const header = stringAt(await cluster.get(stack.path('secrets', 'token')), 'data', 'header') ?? '';
  expect(Buffer.from(header, 'base64').toString()).toBe(`Bearer ${MARKER}`);

  // Neither what was printed nor what was stored holds the secret, in plain text or encoded.
  for (const text of [preview.text, up.text, stack.stored()]) {
    expect(text).not.toContain(MARKER);
    expect(text).not.toContain(header);
  }

  expect((await stack.up(program('app:1'))).operations).toEqual({});
  expect((await stack.up(program('app:1', true))).operations).toEqual({});
  expect((await stack.up(program('app:2', true))).operations).toEqual({
    // The provider follows the official one, which replaces a ConfigMap whose data change.
    [`ConfigMap/${namespace}/text`]: 'replace',
    [`CronJob/${namespace}/job`]: 'update',
  });
  expect((await stack.refresh(program('app:2', true))).operations).toEqual({});

  expect((await stack.destroy()).operations).toEqual(all(namespace, 'delete'));
  expect(await cluster.get(stack.path('configmaps', 'a'))).toBeUndefined();
});

test('dependencies of the construct tree are dependencies in the state', async () => {
  const { stack } = context;
  const { namespace } = stack;
  const chart = new Chart(new App(), 'chart', { namespace });
  const groups = ['first', 'second'].map((id) => {
    const group = new Construct(chart, id);
    for (const n of [1, 2]) {
      new ApiObject(group, `${id}${n}`, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `${id}${n}` },
      });
    }
    return group;
  });
  groups[1]!.node.addDependency(groups[0]!);
  const up = await stack.up(() => {
    new Cdk8sChart('chart', { chart });
    return Promise.resolve();
  });
  expect(up.error).toBeUndefined();
  const state = await stack.state(`ConfigMap/${namespace}/second1`);
  expect((state?.['dependencies'] as string[]).map((urn) => urn.split('::').at(-1)).sort()).toEqual([
    `ConfigMap/${namespace}/first1`,
    `ConfigMap/${namespace}/first2`,
  ]);
  expect(state?.['parent']).toMatch(/::cdk8s:index:Chart::chart$/);
  expect((await stack.destroy()).error).toBeUndefined();
});
