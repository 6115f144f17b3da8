import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { KubernetesObject } from '../../../../infra/render/record';
import { render, renderObjects } from '../../../../infra/render/render';

const source = resolve(__dirname, '../../../..');
const samples = resolve(__dirname, '../../components/application/samples');
const steps = ['baseline', '0', '10', '100', 'finished'];
let root: string;

const stack = (service: string) => `config:
  bookinfo:application: samples/app.yaml
  bookinfo:layers: [application, release]
  bookinfo:namespace: prod
  bookinfo:release:
    service: ${service}
    stable: { version: v1 }
    canary: { version: v2 }
    steps: [0, 10, 50, 100]
  bookinfo:step: baseline
`;

/** A project whose application is the sample set: own manifests, and a service that somebody else runs. */
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'own-'));
  mkdirSync(join(root, 'stacks'));
  cpSync(join(source, 'Pulumi.yaml'), join(root, 'Pulumi.yaml'));
  cpSync(samples, join(root, 'samples'), { recursive: true });
  for (const service of ['cart', 'ledger'])
    writeFileSync(join(root, `stacks/Pulumi.${service}.yaml`), stack(service));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const nameOf = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.name}`;
const at = (step: string, service = 'cart') => renderObjects(root, { stack: service, step });
const named = (objects: readonly KubernetesObject[], name: string) =>
  objects.filter((object) => nameOf(object) === name);

describe('a release of a workload from its own manifests', () => {
  it.each([
    ['baseline', ['cart-v1']],
    ['0', ['cart-v1', 'cart-v2']],
    ['10', ['cart-v1', 'cart-v2']],
    ['100', ['cart-v1', 'cart-v2']],
    ['finished', ['cart-v2']],
  ])(
    'at step %s declares %j, each with its autoscaler and without a number of pods',
    async (step, expected) => {
      const objects = await at(step);
      const deployments = objects.filter(
        ({ kind, metadata }) => kind === 'Deployment' && metadata.name.startsWith('cart'),
      );
      expect(deployments.map(({ metadata }) => metadata.name)).toEqual(expected);
      for (const { spec } of deployments) expect(spec).not.toHaveProperty('replicas');
      const scalers = objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
      expect(
        scalers.map(({ spec }) => (spec as { scaleTargetRef: { name: string } }).scaleTargetRef.name),
      ).toEqual(expected);
      const budgets = objects.filter(({ kind }) => kind === 'PodDisruptionBudget');
      expect(budgets.map(({ metadata }) => metadata.name)).toEqual(expected);
    },
  );

  it('changes the VirtualService alone from weight to weight', async () => {
    const texts = async (step: string) =>
      new Map((await at(step)).map((object) => [nameOf(object), JSON.stringify(object)]));
    const [at10, at50] = [await texts('10'), await texts('50')];
    expect([...at50.keys()].filter((name) => at10.get(name) !== at50.get(name))).toEqual([
      'VirtualService cart',
    ]);
  });

  it.each(steps)(
    'at step %s declares every other object of the manifests once, in the namespace',
    async (step) => {
      const objects = await at(step);
      for (const name of [
        'Service cart',
        'ServiceAccount cart',
        'ConfigMap cart-config',
        'StatefulSet redis-cart',
        'Service redis-cart',
        'Service front-end',
        'Deployment front-end-v1',
        'Deployment worker-v1',
      ]) {
        expect(named(objects, name)).toHaveLength(1);
      }
      for (const { metadata } of objects) expect(metadata.namespace).toBe('prod');
    },
  );

  it('gives pods no annotation of monitoring unless the stack says who scrapes them', async () => {
    const [plain] = named(await at('baseline'), 'Deployment cart-v1');
    expect(JSON.stringify(plain)).not.toContain('datakit');
    writeFileSync(
      join(root, 'stacks/Pulumi.scraped.yaml'),
      `${stack('cart')}  bookinfo:sidecarScraping: annotation\n`,
    );
    const [scraped] = named(await renderObjects(root, { stack: 'scraped' }), 'Deployment cart-v1');
    expect(JSON.stringify(scraped)).toContain('datakit/prom.instances');
  });

  it('names the config of a version by its content, so that the other version keeps its own', async () => {
    const write = (currency: string) =>
      writeFileSync(
        join(root, 'samples/shop/cart/v2.yaml'),
        `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: cart-v2-config }\ndata: { CURRENCY: ${currency} }\n`,
      );
    const table = `name: shop
services:
  - name: cart
    manifests: shop/cart
    versions:
      v1: {}
      v2: { envFrom: [{ configMapRef: { name: cart-v2-config } }] }
`;
    writeFileSync(join(root, 'samples/configs.yaml'), table);
    writeFileSync(
      join(root, 'stacks/Pulumi.configs.yaml'),
      stack('cart').replace('samples/app.yaml', 'samples/configs.yaml'),
    );
    const configs = async () => {
      const objects = await renderObjects(root, { stack: 'configs', step: '10' });
      const copies = objects.filter(({ metadata }) => /^cart-v2-config-/.test(metadata.name));
      return { objects, copies: copies.map(({ metadata }) => metadata.name) };
    };
    write('USD');
    const first = await configs();
    write('GBP');
    const second = await configs();
    expect(first.copies).toHaveLength(1);
    expect(second.copies).toHaveLength(1);
    expect(second.copies).not.toEqual(first.copies);
    const texts = (objects: readonly KubernetesObject[], name: string) =>
      JSON.stringify(named(objects, name));
    expect(texts(second.objects, 'Deployment cart-v2')).toContain(second.copies[0]!);
    expect(texts(second.objects, 'Deployment cart-v1')).toBe(texts(first.objects, 'Deployment cart-v1'));
    rmSync(join(root, 'samples/shop/cart/v2.yaml'));
  });

  it('protects its pods and no other pod of the namespace', async () => {
    const objects = await at('10');
    const names = objects.map(nameOf);
    expect(names).toEqual(
      expect.arrayContaining(['PeerAuthentication cart', 'PeerAuthentication front-end']),
    );
    expect(names).not.toEqual(
      expect.arrayContaining([
        expect.stringMatching(/default-deny|allow-nothing|allow-datakit|PeerAuthentication default/),
      ]),
    );
    // Whom front-end and worker call is not said, so who may call is not known.
    expect(names.filter((name) => name.startsWith('AuthorizationPolicy'))).toEqual([]);
    // A node's port leads to front-end, past the mesh.
    const modes = objects
      .filter(({ kind }) => kind === 'PeerAuthentication')
      .map(({ metadata, spec }) => [metadata.name, (spec as { mtls: { mode: string } }).mtls.mode]);
    expect(Object.fromEntries(modes)).toEqual({
      cart: 'STRICT',
      'front-end': 'PERMISSIVE',
      worker: 'STRICT',
    });
  });
});

describe('a release of a workload that somebody else runs', () => {
  it.each(steps)('at step %s declares the routes and nothing else of it', async (step) => {
    const objects = await at(step, 'ledger');
    const mine = objects.filter(({ metadata }) => metadata.name.startsWith('ledger'));
    expect(mine.map(nameOf)).toEqual(['DestinationRule ledger', 'VirtualService ledger']);
  });
});

describe('manifests that cannot be used', () => {
  it('are all told at once, with nothing printed', async () => {
    writeFileSync(
      join(root, 'samples/broken.yaml'),
      'name: shop\nservices:\n  - { name: cart, manifests: none, versions: [v1, v2] }\n  - { name: web, manifests: shop/front, versions: [v1] }\n',
    );
    writeFileSync(
      join(root, 'stacks/Pulumi.broken.yaml'),
      stack('cart').replace('samples/app.yaml', 'samples/broken.yaml'),
    );
    let message = '';
    await render(root, { stack: 'broken' }).catch((error: Error) => (message = error.message));
    expect(message).toMatch(/names none, and .* does not exist/);
  });
});
