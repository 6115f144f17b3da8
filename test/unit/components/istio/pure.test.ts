import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const folder = resolve(__dirname, '../../../../components/istio');

const fileOf = (target: string) => {
  const index = join(target, 'index.ts');
  return statSync(target, { throwIfNoEntry: false })?.isDirectory() ? index : `${target}.ts`;
};

/** Every module that a file pulls in, followed through the relative imports. */
function imports(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  for (const [, from] of source.matchAll(/^(?:import|export)(?! type)[^;]*? from '([^']+)';/gm)) {
    if (from!.startsWith('.')) imports(fileOf(resolve(dirname(file), from!)), seen);
    else seen.add(from!);
  }
  return seen;
}

const packages = (entry: string) =>
  [...imports(join(folder, entry))]
    .filter((name) => !name.startsWith('/') && !name.startsWith('node:'))
    .sort();

test('the pure entry reaches neither the engine nor charts, and the public one both', () => {
  expect(packages('pure.ts').filter((name) => /pulumi|cdk8s|constructs/.test(name))).toEqual([]);
  expect(packages('index.ts')).toEqual(expect.arrayContaining(['@pulumi/pulumi', 'cdk8s']));
});

test('every file with code is reached from the public entry', () => {
  const reached = new Set([...imports(join(folder, 'index.ts'))].map((file) => relative(folder, file)));
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith('.ts'));
  expect(files.filter((name) => !reached.has(name))).toEqual([]);
});
