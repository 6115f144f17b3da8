import { declareDeployments, type ServiceSpec, type Version } from '../../../components/application';
import { parseApplication } from '../../../components/application/pure';
import { isObject, listAt, objectAt, stringAt, type JsonObject } from '../../../rehearsal/provider/json';
import { useStack } from '../provider/support';

const context = useStack();

/** How often pods are added or taken away while updates run. */
const SCALINGS = 200;

const table = (more: object = {}): ServiceSpec => {
  const resources = { cpu: '10m', memory: '16Mi' };
  const cart = {
    ...{ name: 'cart', port: 8080, health: '/healthz', startSeconds: 10, versions: ['v1', 'v2'] },
    resources: { requests: resources, limits: resources },
    entry: { methods: ['GET'] },
  };
  const read = parseApplication({ name: 'shop', services: [{ ...cart, ...more }] }, 'app.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value.services[0]!;
};

const autoscaling = { minReplicas: 1, maxReplicas: 200, cpu: 70 };
const version = (name: string, more: Partial<Version> = {}): Version => ({
  version: name,
  image: `registry.example.com/cart:${name}`,
  ...more,
});

/** Another image, so that the Deployment changes. */
const nextImage = (tag: string) => `registry.example.com/cart:next-${tag}`;

/** The account that the pods of a table's service run as. */
const account = () =>
  context.cluster.apply(context.stack.path('serviceaccounts', 'shop-cart'), {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'shop-cart', namespace: context.stack.namespace },
  });

const program = (spec: ServiceSpec, versions: readonly Version[], objects: readonly JsonObject[] = []) => {
  const { namespace } = context.stack;
  const placement = { namespace, application: 'shop', project: 'shop', environment: 'test' };
  return () => {
    declareDeployments({ spec, placement, versions, objects: objects as never });
    return Promise.resolve();
  };
};

const deployment = (name: string) =>
  context.cluster.get(context.stack.path('deployments', name, '/apis/apps/v1'));

const replicasOf = async (name: string) => objectAt(await deployment(name), 'spec')['replicas'];

/** Writes the number of pods as the autoscaler's controller does: by the subresource, under its own name. */
async function scale(name: string, replicas: number): Promise<void> {
  const path = `${context.stack.path('deployments', name, '/apis/apps/v1')}/scale`;
  await context.cluster.merge(path, { spec: { replicas } }, 'kube-controller-manager');
}

/** Does something while pods get ready as soon as they are scheduled. */
async function whilePodsGetReady(work: () => Promise<void>): Promise<void> {
  await account();
  const atRest = context.cluster.keepPodsReady(context.stack.namespace);
  try {
    await work();
  } finally {
    await atRest();
  }
}

/** A test of it. */
const ready = (work: () => Promise<void>) => () => whilePodsGetReady(work);

describe('where an autoscaler has the number of pods', () => {
  it(
    'an update leaves it where the autoscaler has put it',
    ready(async () => {
      const spec = table({ autoscaling });
      expect((await context.stack.up(program(spec, [version('v1')]))).error).toBeUndefined();
      await scale('cart-v1', 6);
      const changed = version('v1', { image: nextImage('on') });
      const run = await context.stack.up(program(spec, [changed]));
      expect(run.error).toBeUndefined();
      expect(run.operations).toEqual({ 'cart-v1': 'update' });
      expect(await replicasOf('cart-v1')).toBe(6);
    }),
  );

  it(
    'one that is added later takes the pods that there are, where server-side apply alone would leave one',
    ready(async () => {
      expect(
        (await context.stack.up(program(table(), [version('v1', { replicas: 3 })]))).error,
      ).toBeUndefined();
      const spec = table({ autoscaling });
      const added = await context.stack.up(program(spec, [version('v1', { image: nextImage('on') })]));
      expect(added.error).toBeUndefined();
      expect(added.operations).toEqual({
        'cart-v1': 'update',
        'HorizontalPodAutoscaler/cart-v1': 'create',
      });
      expect(await replicasOf('cart-v1')).toBe(3);
      await scale('cart-v1', 5);
      const next = await context.stack.up(program(spec, [version('v1', { image: nextImage('off') })]));
      expect(next.error).toBeUndefined();
      expect(await replicasOf('cart-v1')).toBe(5);
    }),
  );

  it(
    `${SCALINGS} scalings during a release's updates fail none of them, and an update undoes one of them at most`,
    ready(async () => {
      const spec = table({ autoscaling });
      const both = (flag: string) => [version('v1'), version('v2', { image: nextImage(flag) })];
      expect((await context.stack.up(program(spec, both('0')))).error).toBeUndefined();
      const undone: unknown[] = [];
      let scaled = 0;
      const scaling = (async () => {
        for (; scaled < SCALINGS; scaled += 1) {
          const wanted = 1 + ((scaled * 7) % 9);
          await scale('cart-v2', wanted);
          const found = await replicasOf('cart-v2');
          if (found !== wanted) undone.push({ scaled, wanted, found });
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      const errors: (string | undefined)[] = [];
      let updates = 0;
      do {
        updates += 1;
        errors.push((await context.stack.up(program(spec, both(String(updates))))).error);
      } while (scaled < SCALINGS);
      await scaling;
      expect(errors.filter((error) => error !== undefined)).toEqual([]);
      // The provider applies the number that it has read (pulumi-kubernetes, provider/pkg/await/await.go,
      // handleSSAIgnoreFields): what is scaled between its two requests is undone once, and the autoscaler scales again.
      expect(undone.length).toBeLessThanOrEqual(updates);
      await scale('cart-v2', 7);
      expect(await replicasOf('cart-v2')).toBe(7);
      expect(scaled).toBe(SCALINGS);
      expect(updates).toBeGreaterThanOrEqual(1);
    }),
  );
});

describe('what a version alone has', () => {
  const config = (value: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'flags' },
    data: { COLOUR: value },
  });
  const withConfig = { envFrom: [{ configMapRef: { name: 'flags' } }] };
  const envOf = async (name: string) => {
    const [container] = listAt(await deployment(name), 'spec', 'template', 'spec', 'containers');
    return container as JsonObject;
  };
  const valueFor = async (name: string) => {
    const [source] = listAt(await envOf(name), 'envFrom').filter(isObject);
    const named = stringAt(source, 'configMapRef', 'name');
    const found = named && (await context.cluster.get(context.stack.path('configmaps', named)));
    return found ? objectAt(found, 'data')['COLOUR'] : undefined;
  };

  it(
    "never reaches the other version's pods, and is there again after a rollback",
    ready(async () => {
      const spec = table({ versions: { v1: withConfig, v2: { ...withConfig, env: { FLAG: 'on' } } } });
      const v1 = version('v1', withConfig);
      const v2 = version('v2', { ...withConfig, env: { FLAG: 'on' } });
      expect((await context.stack.up(program(spec, [v1], [config('red')]))).error).toBeUndefined();
      const before = await envOf('cart-v1');
      expect(await valueFor('cart-v1')).toBe('red');

      // The canary comes with the changed config while the stable version keeps its own.
      const run = await context.stack.up(
        program(
          spec,
          [v1, { ...v2, envFrom: [{ configMapRef: { name: 'flags-new' } }] }],
          [config('red'), { ...config('blue'), metadata: { name: 'flags-new' } }],
        ),
      );
      expect(run.error).toBeUndefined();
      expect(Object.keys(run.operations).filter((name) => name.includes('v1'))).toEqual([]);
      expect(await valueFor('cart-v2')).toBe('blue');
      expect(await envOf('cart-v1')).toEqual(before);
      expect(JSON.stringify(before)).not.toContain('FLAG');

      // Back: what the stable version has was never touched.
      expect((await context.stack.up(program(spec, [v1], [config('red')]))).error).toBeUndefined();
      expect(await deployment('cart-v2')).toBeUndefined();
      expect(await envOf('cart-v1')).toEqual(before);
      expect(await valueFor('cart-v1')).toBe('red');
    }),
  );
});
