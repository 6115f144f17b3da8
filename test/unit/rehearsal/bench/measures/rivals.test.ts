import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdk8sApply } from '../../../../../rehearsal/bench/measures/cdk8s';
import { asTemplate, helmUpgrade } from '../../../../../rehearsal/bench/measures/helm';
import {
  kubectlApply,
  kubectlApplyOne,
  kubectlReplace,
} from '../../../../../rehearsal/bench/measures/kubectl';
import { parseObjects } from '../../../../../rehearsal/bench/objects';

const objects = ['Service', 'VirtualService'].map((kind) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'reviews', namespace: 'bench', annotations: { note: 'a {{ b }}' } },
  spec: { weight: 10 },
}));

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'rivals-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');

test('kubectl gets all objects in one file', () => {
  const rival = kubectlApply('kubectl');
  rival.write(folder, objects);
  expect(parseObjects(read('objects.yaml'))).toEqual(objects);
  expect(rival.commands(folder)).toEqual([['kubectl', 'apply', '--filename', join(folder, 'objects.yaml')]]);
});

test('what is replaced must have been made, once', () => {
  const rival = kubectlReplace('kubectl');
  expect(rival.first?.(folder)[0]?.[1]).toBe('create');
  expect(rival.commands(folder)[0]?.[1]).toBe('replace');
});

test('the least that can be done is one object', () => {
  kubectlApplyOne('kubectl', ({ kind }) => kind === 'VirtualService').write(folder, objects);
  expect(parseObjects(read('objects.yaml'))).toEqual([objects[1]]);
});

test('a chart has the objects as templates that mean themselves', () => {
  const rival = helmUpgrade('helm', '/home');
  rival.write(folder, objects);
  const template = read('templates', 'objects.yaml');
  expect(template).toContain('a {{ "{{" }} b }}');
  expect(parseObjects(template.replaceAll('{{ "{{" }}', '{{'))).toEqual(objects);
  expect(read('Chart.yaml')).toContain('apiVersion: v2');
  expect(rival.env).toMatchObject({ HELM_CONFIG_HOME: '/home/config' });
  expect(asTemplate('plain')).toBe('plain');
});

test('a cdk8s program synthesises the same objects', () => {
  const rival = cdk8sApply('kubectl');
  mkdirSync(folder, { recursive: true });
  rival.write(folder, objects);
  const [synth, apply] = rival.commands(folder);
  const [command, ...args] = synth!;
  execFileSync(command, args);
  expect(apply?.at(-1)).toBe(join(folder, 'dist'));
  const files = readdirSync(join(folder, 'dist'));
  expect(files).toHaveLength(1);
  expect(existsSync(join(folder, 'main.js'))).toBe(true);
  expect(parseObjects(read('dist', files[0]!))).toEqual(objects);
});
