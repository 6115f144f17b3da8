import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ownStack, stackOfTable } from '../../../../rehearsal/scenario/stack-plan';
import { rollbackWeight } from '../../../../rehearsal/scenario/whole-release';

const projectDir = process.cwd();
const release =
  'bookinfo:release: { service: catalogue, stable: { version: "2026-10" }, canary: { version: "2026-11" } }';
const stack = (...lines: readonly string[]) =>
  ownStack({ name: 'shop', projectDir, text: ['config:', ...lines.map((line) => `  ${line}`)].join('\n') });
const shop = ['bookinfo:application: examples/shop.yaml', 'bookinfo:namespace: shop'];

test("a stack's own release is rehearsed with its own config, and enters by the application's own page", () => {
  const plan = stack(...shop, release, 'bookinfo:replicas: { web: 3 }');
  expect(plan).toMatchObject({
    ...{ name: 'shop', namespace: 'shop', path: '/shop', changed: [] },
    release: {
      service: 'catalogue',
      stable: { version: '2026-10' },
      canary: { version: '2026-11' },
      steps: [0, 10, 25, 50, 100],
    },
  });
  expect(parse(plan.config)).toMatchObject({
    config: {
      'bookinfo:layers': ['application', 'release'],
      'bookinfo:step': 'baseline',
      'bookinfo:replicas': { web: 3 },
    },
  });
});

test('secrets are placeholders and the cluster is the rehearsal’s, and both are told', () => {
  const plan = stack(
    ...shop,
    release,
    'kubernetes:context: production',
    'bookinfo:rum: { token: { secure: v1:abc }, other: [{ secure: v1:def }] }',
    'bookinfo:step: "25"',
  );
  expect(plan.changed).toEqual(['2 secrets are placeholders', 'kubernetes:context is left out']);
  expect(plan.config).not.toContain('v1:abc');
  const { config } = parse(plan.config) as { config: Record<string, unknown> };
  expect(config['bookinfo:rum']).toEqual({ token: 'rehearsal', other: ['rehearsal'] });
  expect(config['kubernetes:context']).toBeUndefined();
  expect(config['bookinfo:step']).toBe('baseline');
});

test('of several releases the one that is asked for is taken, else the first', () => {
  const text = `config:
  bookinfo:namespace: b
  bookinfo:release:
    - { service: reviews, stable: { version: v1 }, canary: { version: v2 }, steps: [0, 50, 100] }
    - { service: ratings, stable: { version: v1 }, canary: { version: v2 } }
`;
  const of = (service?: string) => ownStack({ name: 'b', projectDir, text, service }).release;
  expect([of().service, of('ratings').service]).toEqual(['reviews', 'ratings']);
  expect(() => of('details')).toThrow('no release of details: add bookinfo:release');
});

test.each<[string, readonly string[], string]>([
  ['no namespace', [shop[0]!, release], 'names no namespace: add bookinfo:namespace'],
  ['no release', shop, 'has no release: add bookinfo:release'],
  [
    'a table that cannot be read',
    ['bookinfo:application: nowhere.yaml', shop[1]!, release],
    'names nowhere.yaml, which cannot be read',
  ],
])('a config with %s is refused with a remedy', (_, lines, message) => {
  expect(() => stack(...lines)).toThrow(message);
});

describe('by its table alone', () => {
  test('the first service with two versions goes from the first to the second', () => {
    const made = stackOfTable('examples/shop.yaml', projectDir);
    const plan = ownStack({ ...made, projectDir });
    expect(plan).toMatchObject({
      ...{ name: 'shop', namespace: 'shop', path: '/shop' },
      release: { service: 'catalogue', stable: { version: '2026-10' }, canary: { version: '2026-11' } },
    });
  });

  test('a service with one version cannot be released', () => {
    expect(() => stackOfTable('examples/shop.yaml', projectDir, 'stock')).toThrow(
      'no service stock with two versions: there is nothing to release. Give it versions: [v1, v2]',
    );
  });

  test('a table that is wrong is told as the program tells it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'table-'));
    try {
      const file = join(folder, 'app.yaml');
      writeFileSync(file, 'name: shop\nservices: []\n');
      expect(() => stackOfTable(file, projectDir)).toThrow('services');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test.each([
  [[0, 10, 25, 50, 100], 50],
  [[0, 100], 0],
  [[20, 80], 80],
])('of the weights %j the rollback begins at %i', (weights, from) => {
  expect(rollbackWeight(weights)).toBe(from);
});

test('manifests are admitted as where nobody has labelled the namespace; what a table describes has to meet more', () => {
  expect(stack(...shop, release)).toMatchObject({ podSecurity: 'restricted' });
  const plan = stack(
    'bookinfo:application: test/mesh/samples/boutique.app.yaml',
    'bookinfo:namespace: boutique',
    'bookinfo:release: { service: cartservice, stable: { version: v1 }, canary: { version: v2 } }',
  );
  expect(plan.podSecurity).toBe('privileged');
  expect(plan.changed).toEqual([expect.stringContaining('Pod Security level privileged')]);
});
