import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const folder = resolve(__dirname, '../../../../components/datakit');

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

const pulumi = (entry: string) =>
  [...imports(join(folder, entry))].filter((name) => name.startsWith('@pulumi/')).sort();

test('the pure entry reaches no Pulumi package; the public one reaches the parts it needs and no more', () => {
  expect(pulumi('pure.ts')).toEqual([]);
  expect(pulumi('index.ts')).toEqual([
    '@pulumi/kubernetes/apps/v1',
    '@pulumi/kubernetes/core/v1',
    '@pulumi/kubernetes/rbac/v1',
    '@pulumi/pulumi',
  ]);
});

test('every file with code is reached from the public entry', () => {
  const reached = new Set([...imports(join(folder, 'index.ts'))].map((file) => relative(folder, file)));
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith('.ts'));
  // It holds types only, which leave nothing to load.
  expect(files.filter((name) => !reached.has(name)).sort()).toEqual(['pipelines/script.ts']);
});
