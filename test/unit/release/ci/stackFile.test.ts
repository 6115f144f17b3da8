import { bookinfo } from '../../../../components/application/pure';
import { addressOf, listedStack } from '../../../../release/ci/stackFile';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describe('a stack as its file has it', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'stack-file-'));
    writeFileSync(join(dir, 'Pulumi.yaml'), 'name: shop\n');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it.each(['yaml', 'yml'])('is found with the extension %s, as the engine finds it', (extension) => {
    const text = [
      'config:',
      '  shop:layers: [application, release]',
      '  shop:hosts: ["*", shop.example.com]',
      '  shop:application: shop.app.yaml',
    ];
    writeFileSync(join(dir, `Pulumi.prod.${extension}`), text.join('\n'));
    expect(listedStack(dir, 'organization/shop/prod')).toMatchObject({
      name: 'prod',
      layers: ['application', 'release'],
      hasRelease: true,
      host: 'shop.example.com',
      application: 'shop.app.yaml',
    });
  });
});

describe('the address of an environment', () => {
  it("is the page that requests enter by, by the application's own table", () => {
    const cart = {
      name: 'shop',
      services: [{ name: 'cart', existing: { deployments: {} }, calls: [], versions: ['v1'] }],
    };
    const entered = (entry: object) =>
      ({ ...cart, services: [{ ...cart.services[0], entry }] }) as unknown as typeof bookinfo;
    expect(addressOf({ host: 'a.example.com' }, bookinfo)).toBe('http://a.example.com/productpage');
    expect(addressOf({ host: 'a.example.com' }, entered({ paths: [{ prefix: '/cart' }] }))).toBe(
      'http://a.example.com/cart',
    );
    expect(addressOf({ host: 'a.example.com' }, entered({}))).toBe('http://a.example.com/');
    expect(addressOf({ host: 'a.example.com' }, cart as unknown as typeof bookinfo)).toBeUndefined();
    expect(addressOf({}, bookinfo)).toBeUndefined();
  });
});
