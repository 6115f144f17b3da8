import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LiveObject } from '../../../../release/cluster';
import { bookinfo } from '../../../../components/application/pure';
import { declaredIn, findAdoption, type Declared } from '../../../../release/sequence/adoption';

const object = (kind: string, name: string, spec: unknown = {}): Declared => ({
  ...{ apiVersion: 'v1', kind, name, namespace: 'prod', spec },
});

const live = (spec: unknown): LiveObject => ({ metadata: { name: 'x' }, spec });

function cluster(there: Readonly<Record<string, unknown>>, deployments: readonly string[]) {
  return {
    read: ({ kind, name }: { kind: string; name: string }) => {
      const spec = there[`${kind}/${name}`];
      return Promise.resolve(spec === undefined ? undefined : live(spec));
    },
    deployments: () =>
      Promise.resolve(deployments.map((name) => ({ name, app: name.replace(/-v\d+$/, '') }))),
  };
}

test('objects that are there are taken over, routes last; others of the application are left alone by name', async () => {
  const declared = [
    object('VirtualService', 'reviews'),
    object('Deployment', 'reviews-v1', {
      replicas: 2,
      template: { spec: { containers: [{ image: 'a:1' }] } },
    }),
    object('ServiceAccount', 'bookinfo-reviews'),
    object('Service', 'reviews', { ports: [{ port: 9080 }] }),
  ];
  const found = await findAdoption(
    declared,
    cluster(
      {
        'Service/reviews': { ports: [{ port: 9080, targetPort: 9080 }], clusterIP: '10.0.0.1' },
        'Deployment/reviews-v1': {
          ...{ replicas: 1, paused: false },
          template: { spec: { containers: [{ image: 'a:1' }] } },
        },
        'ServiceAccount/bookinfo-reviews': {},
      },
      ['reviews-v1', 'reviews-v2', 'reviews-v3', 'something-else'],
    ),
    bookinfo,
  );
  expect(
    found.takenOver.map(({ object: { kind }, changes }) => [kind, changes.map(({ path }) => path)]),
  ).toEqual([
    ['ServiceAccount', []],
    ['Service', []],
    ['Deployment', ['spec.replicas']],
  ]);
  expect(found.created.map(({ kind }) => kind)).toEqual(['VirtualService']);
  expect(found.leftAlone).toEqual(['reviews-v2', 'reviews-v3']);
});

test('a plan of the engine tells the objects, but for components and providers', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'plan-')), 'plan.json');
  const adds = {
    ...{ apiVersion: 'v1', kind: 'Service', spec: { ports: [] } },
    metadata: { name: 'reviews', namespace: 'prod' },
  };
  writeFileSync(
    file,
    JSON.stringify({
      resourcePlans: {
        a: { goal: { type: 'kubernetes:core/v1:Service', inputDiff: { adds } } },
        b: { goal: { type: 'bookinfo:bookinfo:Bookinfo', inputDiff: {} } },
        c: { goal: { type: 'pulumi:providers:kubernetes' } },
        d: {},
      },
    }),
  );
  expect(await declaredIn(file)).toEqual([
    { ...{ apiVersion: 'v1', kind: 'Service', name: 'reviews', namespace: 'prod' }, spec: { ports: [] } },
  ]);
});
