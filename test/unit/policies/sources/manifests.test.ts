import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifestTexts, readManifests } from '../../../../policies/sources/manifests';

const read = (text: string) =>
  readManifests([{ file: 'f.yaml', text }]).map(({ id, origin }) => ({ id, origin }));

test('documents, each with the line it starts at', () => {
  const text =
    '# head\napiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n---\n---\n{ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "p", "namespace": "a" } }\n';
  expect(read(text)).toEqual([
    { id: 'Namespace/a', origin: { file: 'f.yaml', index: 0, line: 2 } },
    { id: 'Pod/a/p', origin: { file: 'f.yaml', index: 2, line: 7 } },
  ]);
});

test('lists, also in lists, as kubectl prints them', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } };
  const list = {
    apiVersion: 'v1',
    kind: 'List',
    items: [pod, { apiVersion: 'v1', kind: 'PodList', items: [pod] }],
  };
  expect(read(JSON.stringify(list)).map(({ id }) => id)).toEqual(['Pod/p', 'Pod/p']);
});

test('a document that cannot be read is told without what stands in it', () => {
  const secret = 'tkn_0123456789abcdef';
  expect(() => read(`a: "${secret}\nb: c`)).toThrow(/f\.yaml\[0\] is not YAML at line \d+/);
  try {
    read(`a: "${secret}\nb: c`);
  } catch (error) {
    expect((error as Error).message).not.toContain(secret);
  }
});

const manifest = (text: string) => readManifests([{ file: 'f.yaml', text }])[0]!.manifest;
const head = 'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\n';

/** kubectl reads YAML 1.1 with sigs.k8s.io/yaml, that is go-yaml v2: resolve.go and decode.go say what means what. */
test.each([
  [
    'booleans of YAML 1.1',
    'spec: { a: yes, b: No, c: on, d: "yes" }',
    { a: true, b: false, c: true, d: 'yes' },
  ],
  ['octal numbers', 'spec: { a: 0644, b: 0o17, c: 08 }', { a: 420, b: 15, c: 8 }],
  ['dates stay texts', 'spec: { a: 2026-01-31, b: 12:30 }', { a: '2026-01-31', b: '12:30' }],
  ['merge keys', 'base: &b { k: 1, l: 1 }\nspec: { <<: *b, l: 2 }', { k: 1, l: 2 }],
  ['the last of two keys', 'spec: { a: 1, a: 2 }', { a: 2 }],
  ['null as absent', 'spec: { a: null, b: ~, c: [null], d: }', { c: [null] }],
  ['a long text over several lines', 'spec:\n  a: "one\n    two"\n', { a: 'one two' }],
])('reads %s as kubectl does', (_title, text, spec) => {
  expect(manifest(head + text)['spec']).toEqual(spec);
});

test('an alias in what it names is a problem, not an endless object', () => {
  expect(() => manifest(`${head}spec: &a { b: *a }`)).toThrow(/aliases that cannot be followed/);
});

test('a List without items holds nothing; items of a typed list need not repeat its kind', () => {
  expect(read('apiVersion: v1\nkind: List\n')).toEqual([]);
  const typed = 'apiVersion: v1\nkind: PodList\nitems:\n- metadata: { name: a }\n- metadata: { name: b }\n';
  expect(read(typed).map(({ id, origin }) => [id, (origin as { line: number }).line])).toEqual([
    ['Pod/a', 4],
    ['Pod/b', 5],
  ]);
});

test('every field has its own line, in block style, in flow style and in JSON', () => {
  const text = [
    'apiVersion: v1',
    'kind: List',
    'items:',
    '- apiVersion: v1',
    '  kind: Pod',
    '  metadata:',
    '    name: p',
    '    annotations:',
    '      a.b/c: "x"',
    '  spec:',
    '    containers:',
    '    - name: a',
    '      image: x:1',
    '    # a note',
    '    - image: y:1',
    '      ports: [{ containerPort: 1 },',
    '              { containerPort: 2 }]',
    '---',
    '{ "apiVersion": "v1", "kind": "Pod",',
    '  "metadata": { "name": "q" },',
    '  "spec": { "hostNetwork": true } }',
  ].join('\n');
  const [first, second] = readManifests([{ file: 'f.yaml', text }]);
  const lines = (object: typeof first, ...fields: string[]) => fields.map((field) => object!.lineOf!(field));
  expect(
    lines(
      first,
      'metadata.name',
      'metadata.annotations["a.b/c"]',
      'spec.containers[0].image',
      'spec.containers[1].image',
      'spec.containers[1].ports[1].containerPort',
      'spec.containers[1].livenessProbe',
      'spec.hostNetwork',
    ),
  ).toEqual([7, 9, 13, 15, 17, 15, 10]);
  expect(lines(second, 'metadata.name', 'spec.hostNetwork')).toEqual([20, 21]);
});

test('files of a folder and its folders, in order; others are passed over', () => {
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  try {
    mkdirSync(join(folder, 'b'));
    for (const file of ['c.json', 'b/a.yml', 'a.yaml', 'README.md', 'values.tpl']) {
      writeFileSync(join(folder, file), file);
    }
    expect(manifestTexts(folder).map(({ text }) => text)).toEqual(['a.yaml', 'b/a.yml', 'c.json']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  expect(() => manifestTexts(folder)).toThrow(/is not there\s+remedy: name a file, a folder/);
});
