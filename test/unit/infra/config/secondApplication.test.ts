import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readSettings } from '../../../../infra/config';
import type { KubernetesObject } from '../../../../infra/render/record';
import { renderObjects } from '../../../../infra/render/render';
import { evaluate } from '../../../../policies/evaluate';
import { kubeObject } from '../../../../policies/model/object';
import { readSettings as readPolicySettings } from '../../../../policies/settings/read';
import { problemsOf } from '../support';

const source = resolve(__dirname, '../../../..');
const steps = ['baseline', '0', '20', '50', '100', 'finished'];
let root: string;

/** A project with the example's stack among its own, as docs/how-to/another-application.md says. */
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'shop-'));
  for (const folder of ['stacks', 'examples']) mkdirSync(join(root, folder));
  cpSync(join(source, 'Pulumi.yaml'), join(root, 'Pulumi.yaml'));
  cpSync(join(source, 'examples/shop.yaml'), join(root, 'examples/shop.yaml'));
  cpSync(join(source, 'examples/Pulumi.shop.yaml'), join(root, 'stacks/Pulumi.shop.yaml'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const nameOf = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.name}`;
const objectsAt = (step: string) => renderObjects(root, { stack: 'shop', step });
const textsAt = async (step: string) =>
  new Map((await objectsAt(step)).map((object) => [nameOf(object), JSON.stringify(object)]));

const config = (more: Readonly<Record<string, unknown>> = {}) => ({
  layers: ['application', 'release'],
  namespace: 'shop',
  application: 'examples/shop.yaml',
  release: {
    service: 'catalogue',
    stable: { version: '2026-10' },
    canary: { version: '2026-11' },
    steps: [0, 100],
  },
  step: 'baseline',
  ...more,
});
const read = (values: Readonly<Record<string, unknown>>) =>
  readSettings({ values, problems: [] }, 'shop', { projectDir: root });
const refusals = (values: Readonly<Record<string, unknown>>) =>
  problemsOf(() => read(values)).map(({ path, problem }) => `${path} ${problem}`);

/** Reads the config with another table than the example's. */
function refusalsOfTable(text: string, more: Readonly<Record<string, unknown>> = {}) {
  writeFileSync(join(root, 'examples/other.yaml'), text);
  return refusals(config({ application: 'examples/other.yaml', ...more }));
}
/** The example's table, its versions by name alone. */
const table = () =>
  readFileSync(join(source, 'examples/shop.yaml'), 'utf8').replace(/versions: \{.*\}/, 'versions: [v1]');

describe('an application that is only a table', () => {
  it('is read from its file, with what the stack leaves to it', () => {
    const settings = read(config());
    expect(settings).toMatchObject({
      project: 'shop',
      entryUrl: 'http://istio-ingressgateway.istio-system.svc.cluster.local/shop',
      steps: { catalogue: 'baseline' },
    });
    expect(settings.imageOf('stock', 'v1')).toBe('registry.example.com/shop/stock:1.4.0');
    expect(settings.releases[0]?.canary.image).toBe('registry.example.com/shop/catalogue:2026-11');
  });

  it('is rendered whole, with nothing of Bookinfo in it', async () => {
    const objects = await objectsAt('20');
    expect(objects.map(nameOf)).toEqual(
      expect.arrayContaining([
        ...['web', 'catalogue', 'stock'].flatMap((name) => [
          `Service ${name}`,
          `ServiceAccount shop-${name}`,
          `AuthorizationPolicy ${name}`,
          `NetworkPolicy ${name}`,
        ]),
        ...['web-blue', 'catalogue-2026-10', 'catalogue-2026-11', 'stock-v1'].map(
          (name) => `Deployment ${name}`,
        ),
        'Gateway shop-gateway',
        'VirtualService shop',
        'DestinationRule catalogue',
        'VirtualService catalogue',
      ]),
    );
    expect(JSON.stringify(objects)).not.toMatch(/bookinfo|productpage|reviews|ratings|9080/i);
    const routes = objects.find((object) => nameOf(object) === 'VirtualService shop')!;
    expect(routes['spec']).toMatchObject({
      http: [
        {
          match: [{ uri: { exact: '/shop' } }, { uri: { prefix: '/assets' } }],
          route: [{ destination: { host: 'web', port: { number: 8080 } } }],
        },
      ],
    });
  });

  it('is released by its VirtualService alone, from weight to weight', async () => {
    const [at20, at50] = [await textsAt('20'), await textsAt('50')];
    const differing = [...at50.keys()].filter((name) => at20.get(name) !== at50.get(name));
    expect(differing).toEqual(['VirtualService catalogue']);
    const routing = JSON.parse(at20.get('VirtualService catalogue')!) as { spec: unknown };
    expect(routing.spec).toMatchObject({
      http: [
        {
          route: [
            { destination: { subset: '2026-10' }, weight: 80 },
            { destination: { subset: '2026-11' }, weight: 20 },
          ],
        },
      ],
    });
  });

  it.each(steps)('breaks no mandatory policy at step %s', async (step) => {
    const { settings } = readPolicySettings(join(source, 'examples/policies.shop.yaml'));
    const report = evaluate({
      objects: (await objectsAt(step)).map((manifest, index) =>
        kubeObject({ manifest, origin: { file: 'shop', index } }),
      ),
      environment: 'production',
      settings,
    });
    const broken = [...report.findings, ...report.undecided].filter(
      ({ enforcement }) => enforcement === 'mandatory',
    );
    expect(broken).toEqual([]);
  });
});

describe('what is refused of it', () => {
  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    [
      'a service of another application',
      { release: { ...config().release, service: 'reviews' } },
      'bookinfo:release.service is for reviews, which is no service of shop',
    ],
    [
      'a version that its table does not have',
      { release: { ...config().release, canary: { version: '2027-01' } } },
      'bookinfo:release.canary.version is 2027-01, which shop has no image of (it has 2026-10, 2026-11)',
    ],
    [
      'pods of no service',
      { replicas: { reviews: 2 } },
      'bookinfo:replicas has an entry for reviews, which is no service',
    ],
    [
      'a caller of no service',
      { security: { extraCallers: [{ service: 'ratings', namespace: 'x', account: 'y' }] } },
      'bookinfo:security.extraCallers[0].service is "ratings", no service of the application',
    ],
    [
      'a file that is not there',
      { application: 'nowhere.yaml' },
      'bookinfo:application names nowhere.yaml, which cannot be read (ENOENT)',
    ],
    [
      'a map in place of a file',
      { application: { name: 'shop' } },
      'bookinfo:application is not the name of a file',
    ],
    [
      'a route that outlasts its caller',
      { routePolicies: { stock: { timeout: '3s' } } },
      'bookinfo:routePolicies.stock.timeout lets a call from catalogue to stock take 3s, but catalogue gives up after 2s',
    ],
  ])('%s', (_title, more, problem) => {
    expect(refusals(config(more))).toContain(problem);
  });

  it.each<[string, (text: string) => string, string]>([
    [
      'a text that is no YAML',
      () => 'name: [',
      'bookinfo:application names examples/other.yaml, which is not YAML',
    ],
    [
      'an alias of nothing',
      (text) => text.replace('name: shop', 'name: *shop'),
      'bookinfo:application names examples/other.yaml, which has aliases that cannot be followed',
    ],
    [
      'a call to nobody',
      (text) => text.replace('service: stock,', 'service: stok,'),
      'services[1].calls[0].service is stok',
    ],
    [
      'a service that calls itself',
      (text) => text.replace('service: stock,', 'service: catalogue,'),
      'which is the caller itself',
    ],
    [
      'two of a name',
      (text) => text.replace('name: stock', 'name: catalogue'),
      'services[1].name is catalogue again',
    ],
    [
      'a service with the name of all',
      (text) => text.replace('name: shop', 'name: web'),
      "the application's own name",
    ],
    ['no way in', (text) => text.replace(/ {4}entry:[\s\S]*$/, ''), 'services have no entry'],
    [
      'a path that is none',
      (text) => text.replace('exact: /shop', 'exact: shop'),
      'paths[0].exact is "shop", not a path',
    ],
    ['a privileged port', (text) => text.replace('6060', '80'), 'services[0].port is 80'],
    [
      'an image with an unknown word',
      (text) => text.replace('{service}', '{name}'),
      'image has {name} in it',
    ],
    [
      'an image with a tag that nobody gives',
      (text) => text.replace(':{version}', ':{tag}'),
      'image has {tag} in it',
    ],
    [
      'an image without a tag',
      (text) => text.replace(':{version}', ''),
      'image has neither a tag nor a digest',
    ],
    [
      'no versions',
      (text) => text.replace('versions: [v1]', 'versions: []'),
      'services[0].versions is empty',
    ],
    [
      'an unknown key',
      (text) => text.replace('startSeconds: 60', 'startSecond: 60'),
      'startSecond is not a known key',
    ],
  ])('a table with %s', (_title, change, problem) => {
    expect(refusalsOfTable(change(table())).join('\n')).toContain(problem);
  });

  it('a table without images, where the stack names none either', () => {
    const bare = table().replace(/^image:.*\n/m, '');
    expect(refusalsOfTable(bare)).toEqual([
      ...['stock-v1', 'catalogue-2026-10', 'catalogue-2026-11', 'web-blue'].map(
        (name) => `bookinfo:images.${name} is missing, and the table of shop names no images`,
      ),
    ]);
    const images = Object.fromEntries(
      ['stock-v1', 'catalogue-2026-10', 'catalogue-2026-11', 'web-blue'].map((name) => [
        name,
        `shop/${name}:1`,
      ]),
    );
    expect(refusalsOfTable(bare, { images })).toEqual([]);
  });
});
