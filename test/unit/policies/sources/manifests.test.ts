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
