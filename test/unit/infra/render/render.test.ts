import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../../../infra/render/record';
import { render, renderObjects } from '../../../../infra/render/render';

jest.mock('../../../../components/istio/helm', () => jest.requireActual<object>('../helm'));

const root = resolve(__dirname, '../../../..');
const nameOf = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.name}`;

/** The objects by kind and name, each as text, so that two steps can be compared. */
async function objectsAt(step: string): Promise<Map<string, string>> {
  const objects = await renderObjects(root, { stack: 'prod', step });
  return new Map(objects.map((object) => [nameOf(object), JSON.stringify(object)]));
}

function expectOrder(order: readonly string[], names: readonly string[]): void {
  const chain = names.map((name) => order.indexOf(name));
  expect(chain).not.toContain(-1);
  expect(chain).toEqual([...chain].sort((a, b) => a - b));
}

function differences(a: Map<string, string>, b: Map<string, string>): string[] {
  const names = new Set([...a.keys(), ...b.keys()]);
  return [...names].filter((name) => a.get(name) !== b.get(name)).sort();
}

const application = [
  'AuthorizationPolicy allow-nothing',
  'AuthorizationPolicy details',
  'AuthorizationPolicy productpage',
  'AuthorizationPolicy ratings',
  'AuthorizationPolicy reviews',
  'Deployment details-v1',
  'Deployment productpage-v1',
  'Deployment ratings-v1',
  'Gateway bookinfo-gateway',
  'NetworkPolicy allow-datakit-intake',
  'NetworkPolicy allow-datakit-scraping',
  'NetworkPolicy allow-dns-and-istiod',
  'NetworkPolicy default-deny',
  'NetworkPolicy details',
  'NetworkPolicy productpage',
  'NetworkPolicy ratings',
  'NetworkPolicy reviews',
  'PeerAuthentication default',
  'Service details',
  'Service productpage',
  'Service ratings',
  'Service reviews',
  'ServiceAccount bookinfo-details',
  'ServiceAccount bookinfo-productpage',
  'ServiceAccount bookinfo-ratings',
  'ServiceAccount bookinfo-reviews',
  'VirtualService bookinfo',
];
const baseline = ['Deployment reviews-v1', 'DestinationRule reviews', 'VirtualService reviews'];

describe('render', () => {
  it.each([
    ['test', [...application, ...baseline]],
    ['prod', [...application, ...baseline]],
    ['rehearsal', [...application, ...baseline]],
  ])('prints every object of stack %s as YAML that reads back', async (stack, expected) => {
    const documents = parseAllDocuments(await render(root, { stack }));
    for (const document of documents) expect((document as { errors: unknown[] }).errors).toEqual([]);
    const objects = [...documents].map((document) => (document as { toJS(): KubernetesObject }).toJS());
    expect(objects.map(nameOf).sort()).toEqual([...expected].sort());
    const namespace = stack === 'rehearsal' ? 'bookinfo' : stack;
    for (const { metadata } of objects) expect(metadata.namespace).toBe(namespace);
  });

  it('prints what others need first', async () => {
    const objects = await renderObjects(root, { stack: 'rehearsal', step: '10' });
    const order = objects.map(nameOf);
    expectOrder(order, [
      'ServiceAccount bookinfo-reviews',
      'Deployment reviews-v2',
      'DestinationRule reviews',
      'VirtualService reviews',
    ]);
    expectOrder(order, ['AuthorizationPolicy reviews', 'AuthorizationPolicy allow-nothing']);
    expectOrder(order, ['NetworkPolicy reviews', 'NetworkPolicy default-deny']);
  });

  it('changes exactly one object from weight to weight', async () => {
    const weights = ['0', '10', '25', '50', '100'];
    const rendered = new Map<string, Map<string, string>>();
    for (const weight of weights) rendered.set(weight, await objectsAt(weight));
    const pairs = weights.flatMap((from, index) => weights.slice(index + 1).map((to) => [from, to] as const));
    expect(pairs).toHaveLength(10);
    for (const [from, to] of pairs) {
      expect(differences(rendered.get(from)!, rendered.get(to)!)).toEqual(['VirtualService reviews']);
    }
  });

  it('adds the canary before it gets traffic, and takes the stable version after it had none', async () => {
    expect(differences(await objectsAt('baseline'), await objectsAt('0'))).toEqual([
      'Deployment reviews-v2',
      'DestinationRule reviews',
    ]);
    expect(differences(await objectsAt('100'), await objectsAt('finished'))).toEqual([
      'Deployment reviews-v1',
      'DestinationRule reviews',
    ]);
  });

  it('prints the same twice', async () => {
    expect(await render(root, { stack: 'prod' })).toBe(await render(root, { stack: 'prod' }));
  });

  it('refuses an unknown step and an unknown stack', async () => {
    await expect(render(root, { stack: 'prod', step: '11' })).rejects.toThrow(
      'bookinfo:step is "11", which is not a step of reviews',
    );
    await expect(render(root, { stack: 'prd' })).rejects.toThrow('did you mean prod?');
    await expect(render(root, { stack: 'platform', step: '10' })).rejects.toThrow('takes no steps');
  });
});

describe('render of a platform', () => {
  const CHARTS = 'ISTIO_CHARTS';
  const before = process.env[CHARTS];
  beforeEach(() => {
    process.env[CHARTS] = '/opt/istio/charts';
  });
  afterEach(() => {
    if (before === undefined) delete process.env[CHARTS];
    else process.env[CHARTS] = before;
  });

  it.each([
    ['platform', ['prod', 'prod-edge', 'test', 'test-edge']],
    ['rehearsal-platform', ['bookinfo', 'bookinfo-edge']],
  ])('prints every object of stack %s in order, without asking for a token', async (stack, namespaces) => {
    const order = (await renderObjects(root, { stack })).map(nameOf);
    expect(order.filter((name) => name.startsWith('Namespace ')).sort()).toEqual(
      [...namespaces, 'datakit', 'istio-cni', 'istio-system'].map((name) => `Namespace ${name}`).sort(),
    );
    expectOrder(order, ['Namespace istio-system', 'Deployment istiod', 'Deployment istio-ingressgateway']);
    expectOrder(order, ['Namespace datakit', 'Service datakit-service', 'Telemetry mesh-default']);
    expectOrder(order, ['Secret datakit-dataway', 'DaemonSet datakit']);
  });

  it.each(['platform', 'rehearsal-platform'])('prints no token of stack %s', async (stack) => {
    const objects = await renderObjects(root, { stack });
    const secret = objects.filter(({ kind }) => kind === 'Secret');
    expect(secret.map(nameOf)).toEqual(['Secret datakit-dataway']);
    expect(secret[0]).toMatchObject({ stringData: { ENV_DATAWAY: '[secret]' } });
    const text = await render(root, { stack });
    expect(text).toContain('ENV_DATAWAY: "[secret]"');
    // Neither what stands in the file, nor what stands in for it here, nor an address with either.
    expect(text).not.toMatch(/token=|hidden|secure:|v1:JdGlG/);
  });
});

describe('render of a project of its own', () => {
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'render-'));
    mkdirSync(join(project, 'stacks'));
    writeFileSync(join(project, 'Pulumi.yaml'), 'name: bookinfo\nruntime: nodejs\nstackConfigDir: stacks\n');
  });
  afterEach(() => rmSync(project, { recursive: true, force: true }));
  const stack = (config: string) => writeFileSync(join(project, 'stacks/Pulumi.own.yaml'), config);

  it('gives the next release the objects the last one ended with', async () => {
    const at = async (release: string, step: string) => {
      stack(
        `config:\n  bookinfo:layers: [application, release]\n  bookinfo:namespace: prod\n  bookinfo:release: ${release}\n  bookinfo:step: ${step}\n`,
      );
      return render(project, { stack: 'own' });
    };
    const steps = 'steps: [0, 50, 100]';
    const ended = await at(
      `{ service: reviews, stable: {version: v1}, canary: {version: v2}, ${steps} }`,
      'finished',
    );
    const begun = await at(
      `{ service: reviews, stable: {version: v2}, canary: {version: v3}, ${steps} }`,
      'baseline',
    );
    expect(begun).toBe(ended);
  });

  it('never needs the value of a secret', async () => {
    stack(
      'config:\n  bookinfo:layers: [platform]\n  bookinfo:namespaces: [a]\n  kubernetes:kubeconfig:\n    secure: v1:abc:def\n',
    );
    const text = await render(project, { stack: 'own' });
    expect(text).toContain('kind: Namespace');
    expect(text).not.toContain('v1:abc');
  });

  const platform = 'config:\n  bookinfo:layers: [platform]\n  bookinfo:namespaces: [a]\n';
  const datakit = '  bookinfo:datakit: { clusterName: shop }\n';

  it.each([
    ['without a token', ''],
    ['with a token', '  bookinfo:datakitToken:\n    secure: v1:abc:def\n'],
  ])('prints DataKit %s as [secret]', async (_name, line) => {
    stack(platform + datakit + line);
    const text = await render(project, { stack: 'own' });
    expect(text).toContain('ENV_DATAWAY: "[secret]"');
    expect(text).not.toMatch(/v1:abc|hidden/);
  });

  it('refuses a token in clear and does not repeat it', async () => {
    stack(`${platform}${datakit}  bookinfo:datakitToken: tkn_hunter2\n`);
    const refusal = await render(project, { stack: 'own' }).catch((error: Error) => error.message);
    expect(refusal).toContain('bookinfo:datakitToken is stored in clear');
    expect(refusal).not.toContain('hunter2');
  });

  it('does not need DataKit, and refuses a token for nobody', async () => {
    stack(platform);
    expect(await render(project, { stack: 'own' })).not.toContain('kind: Secret');
    stack(`${platform}  bookinfo:datakitToken:\n    secure: v1:abc:def\n`);
    await expect(render(project, { stack: 'own' })).rejects.toThrow(
      'bookinfo:datakitToken is set without bookinfo:datakit',
    );
  });

  it.each([
    ['is not YAML', 'config: ['],
    ['is not a map', 'config: [1]'],
    ['bookinfo:layers is missing', ''],
  ])('says what is wrong with a file: %s', async (expected, text) => {
    stack(text);
    await expect(render(project, { stack: 'own' })).rejects.toThrow(expected);
  });
});
