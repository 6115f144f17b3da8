import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { ProblemsError } from '../../../../components/validation';
import { renderObjects } from '../../../../infra/render/render';
import { init } from '../../../../release/commands/init';

const source = resolve(__dirname, '../../../..');
const samples = resolve(__dirname, '../../components/application/samples/shop');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'init-'));
  cpSync(join(source, 'Pulumi.yaml'), join(root, 'Pulumi.yaml'));
  cpSync(samples, join(root, 'k8s'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const read = (file: string): unknown => parse(readFileSync(join(root, file), 'utf8'));
const style = {} as never;

describe('release init', () => {
  it('writes an application file and a stack that render at once', async () => {
    const found = await init({ stack: 'shop', cwd: root, fromManifests: 'k8s/**/*.yaml' });
    expect(found.result).toMatchObject({
      outcome: 'done',
      summary: 'shop.app.yaml and stacks/Pulumi.shop.yaml written: 2 of 4 workloads, cart is released',
      next: ['npm run --silent render -- --stack shop --step 10'],
    });
    // A worker has no Service, so there is nothing to route; a StatefulSet is declared as it is.
    expect(read('shop.app.yaml')).toEqual({
      name: 'shop',
      services: [
        {
          name: 'cart',
          manifests: 'k8s/**/*.yaml',
          versions: {
            v1: { image: 'registry.example.com/cart:1.0.0' },
            v2: { image: 'registry.example.com/cart:1.0.0' },
          },
        },
        { name: 'front-end', manifests: 'k8s/**/*.yaml', versions: ['v1'] },
      ],
    });
    const objects = await renderObjects(root, { stack: 'shop', step: '10' });
    expect(
      objects
        .filter(({ kind }) => kind === 'Deployment')
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(['cart-v1', 'cart-v2', 'front-end-v1', 'worker']);
  });

  it('says what manifests do not say', async () => {
    const found = await init({ stack: 'shop', cwd: root, fromManifests: 'k8s/**/*.yaml' });
    const text = found.text({ style, width: 100 });
    expect(text).toContain('the image of cart v2');
    expect(text).toContain(
      'StatefulSet redis-cart is a StatefulSet, of which two versions cannot run side by side',
    );
  });

  it('releases the service that is asked for', async () => {
    await init({
      stack: 'shop',
      cwd: root,
      fromManifests: 'k8s/**/*.yaml',
      service: 'front-end',
      output: 'apps/web.yaml',
    });
    expect(read('stacks/Pulumi.shop.yaml')).toMatchObject({
      config: {
        'bookinfo:application': 'apps/web.yaml',
        'bookinfo:namespace': 'elsewhere',
        'bookinfo:release': { service: 'front-end' },
        'bookinfo:step': 'baseline',
      },
    });
    expect(read('apps/web.yaml')).toMatchObject({
      services: [{ name: 'cart', manifests: '../k8s/**/*.yaml' }, {}],
    });
  });

  it('replaces no file', async () => {
    mkdirSync(join(root, 'stacks'));
    writeFileSync(join(root, 'stacks/Pulumi.shop.yaml'), 'config: {}\n');
    await expect(init({ stack: 'shop', cwd: root, fromManifests: 'k8s/**/*.yaml' })).rejects.toMatchObject({
      message: expect.stringContaining('exist already') as string,
    });
    expect(readFileSync(join(root, 'stacks/Pulumi.shop.yaml'), 'utf8')).toBe('config: {}\n');
  });

  it.each([
    ['a folder with nothing in it', { fromManifests: 'stacks' }],
    ['a chart that is not there', { fromChart: 'charts' }],
  ])('refuses %s with its place', async (_name, from) => {
    mkdirSync(join(root, 'stacks'));
    await expect(init({ stack: 'shop', cwd: root, ...from })).rejects.toBeInstanceOf(ProblemsError);
  });

  it.each([
    ['no source', {}],
    ['a service that is none', { fromManifests: 'k8s/**/*.yaml', service: 'nobody' }],
    ['manifests without a service', { fromManifests: 'k8s/queue' }],
  ])('refuses %s', async (_name, from) => {
    await expect(init({ stack: 'shop', cwd: root, ...from })).rejects.toMatchObject({ outcome: 'usage' });
  });
});
