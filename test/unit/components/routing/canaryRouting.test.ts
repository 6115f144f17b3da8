import * as pulumi from '@pulumi/pulumi';
import { ProblemsError } from '../../../../components/validation';
import type * as routing from '../../../../components/routing';
import type { Step } from '../../../../components/canary/pure';
import { jason, reviews } from '../canary/fixtures';

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];

void pulumi.runtime.setMocks(
  {
    newResource: async ({ type, name, inputs }) => {
      // Listed when it is applied, so the order says who waited for whom and not who was declared first.
      if (type.endsWith(':VirtualService')) await new Promise((resolve) => setTimeout(resolve, 20));
      registered.push({ type, name, inputs: inputs as Record<string, unknown> });
      return { id: `${name}-id`, state: inputs as Record<string, unknown> };
    },
    call: ({ inputs }) => inputs as Record<string, unknown>,
  },
  'bookinfo',
  'test',
  false,
);

// Loaded after the mocks are set, as resources register with whatever is there when they are made.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const load = () => require('../../../../components/routing') as typeof routing;

const settle = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

beforeEach(() => {
  registered.length = 0;
});

async function declare(step: Step, release = reviews()) {
  const { CanaryRouting } = load();
  const routing = new CanaryRouting('reviews', { release, step, namespace: pulumi.output('prod') });
  await Promise.all(routing.objects.map(({ resource }) => settle(resource.urn)));
  return routing;
}

test('declares a component, a DestinationRule and a VirtualService, and nothing else', async () => {
  await declare(10);
  expect(registered).toEqual([
    { type: 'bookinfo:canary:CanaryRouting', name: 'reviews', inputs: {} },
    {
      type: 'kubernetes:networking.istio.io/v1:DestinationRule',
      name: 'reviews-destination-rule',
      inputs: {
        apiVersion: 'networking.istio.io/v1',
        kind: 'DestinationRule',
        metadata: { name: 'reviews', namespace: 'prod', labels: { app: 'reviews' } },
        spec: {
          host: 'reviews',
          subsets: [
            { name: 'v1', labels: { version: 'v1' } },
            { name: 'v2', labels: { version: 'v2' } },
          ],
        },
      },
    },
    {
      type: 'kubernetes:networking.istio.io/v1:VirtualService',
      name: 'reviews-virtual-service',
      inputs: {
        apiVersion: 'networking.istio.io/v1',
        kind: 'VirtualService',
        metadata: { name: 'reviews', namespace: 'prod', labels: { app: 'reviews' } },
        spec: {
          hosts: ['reviews'],
          http: [
            {
              name: 'default',
              route: [
                { destination: { host: 'reviews', subset: 'v1' }, weight: 90 },
                { destination: { host: 'reviews', subset: 'v2' }, weight: 10 },
              ],
            },
          ],
        },
      },
    },
  ]);
});

test('names and types are the same at every step, and URNs stand under the component', async () => {
  const urns = [];
  for (const step of ['baseline', 0, 50, 100, 'finished'] as const) {
    const routing = await declare(step);
    urns.push(await Promise.all(routing.objects.map(({ resource }) => settle(resource.urn))));
  }
  expect(new Set(urns.map((pair) => pair.join())).size).toBe(1);
  expect(urns[0]![1]).toContain(
    'bookinfo:canary:CanaryRouting$kubernetes:networking.istio.io/v1:VirtualService::reviews-virtual-service',
  );
});

test('refuses a bad release, and an unknown step, before anything is registered', () => {
  const { CanaryRouting } = load();
  const bad = reviews('v1', 'v1', { steps: [0, 101] });
  expect(() => new CanaryRouting('reviews', { release: bad, step: 0 })).toThrow(ProblemsError);
  expect(() => new CanaryRouting('reviews', { release: bad, step: 0 })).toThrow(
    /2 problems[^]*reviews\.release\.steps\[1\] is 101[^]*remedy: /,
  );
  expect(() => new CanaryRouting('reviews', { release: reviews(), step: 11 })).toThrow(
    /not a step of reviews/,
  );
  expect(registered).toEqual([]);
});

test('routes of a service without a release: one VirtualService under the name a release would give it', async () => {
  const { ServiceRouting } = load();
  const policy = { drills: [{ match: [jason], delay: { fixedDelay: '7s', percent: 100 } }] };
  const routing = new ServiceRouting('ratings', { service: 'ratings', policy, namespace: 'prod' });
  await Promise.all(routing.objects.map(({ resource }) => settle(resource.urn)));
  expect(registered.map(({ type, name }) => [type, name])).toEqual([
    ['bookinfo:canary:ServiceRouting', 'ratings'],
    ['kubernetes:networking.istio.io/v1:VirtualService', 'ratings-virtual-service'],
  ]);
  expect(registered[1]!.inputs).toMatchObject({
    metadata: { name: 'ratings', namespace: 'prod' },
    spec: { hosts: ['ratings'], http: [{ name: 'drill-1-default' }, { name: 'default' }] },
  });
  expect(() => new ServiceRouting('x', { service: 'ratings', policy: { timeout: '0s' } })).toThrow(
    /x\.ratings\.timeout/,
  );
});

test('limits of a service without a release: a DestinationRule, under the name a release would give it', async () => {
  const { ServiceRouting } = load();
  const policy = { timeout: '2s', connectionPool: { maxConnections: 10 } };
  const routing = new ServiceRouting('ratings', { service: 'ratings', policy, namespace: 'prod' });
  await Promise.all(routing.objects.map(({ resource }) => settle(resource.urn)));
  // After the routes: those of a release that has ended may still name subsets that the rule no longer has.
  expect(registered.map(({ type, name }) => [type, name])).toEqual([
    ['bookinfo:canary:ServiceRouting', 'ratings'],
    ['kubernetes:networking.istio.io/v1:VirtualService', 'ratings-virtual-service'],
    ['kubernetes:networking.istio.io/v1:DestinationRule', 'ratings-destination-rule'],
  ]);
  expect(registered[2]!.inputs).toMatchObject({
    metadata: { name: 'ratings', namespace: 'prod' },
    spec: { host: 'ratings', trafficPolicy: { connectionPool: { tcp: { maxConnections: 10 } } } },
  });
});

test('a service without limits has no DestinationRule', async () => {
  const { ServiceRouting } = load();
  const routing = new ServiceRouting('ratings', { service: 'ratings', policy: { timeout: '2s' } });
  await Promise.all(routing.objects.map(({ resource }) => settle(resource.urn)));
  expect(routing.objects.map(({ role }) => role)).toEqual(['weights']);
  expect(registered).toHaveLength(2);
});
