import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const components = resolve(__dirname, '../../../../components');

function fileOf(target: string): string {
  return statSync(target, { throwIfNoEntry: false })?.isDirectory()
    ? join(target, 'index.ts')
    : `${target}.ts`;
}

/** Every module that a file pulls in, followed through the relative imports. */
function imports(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, from] of readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)(?! type)[^;]*? from '([^']+)';/gm,
  )) {
    if (from!.startsWith('.')) imports(fileOf(resolve(dirname(file), from!)), seen);
    else seen.add(from!);
  }
  return seen;
}

describe.each(['edge', 'loadtest'])('%s', (component) => {
  const reached = (entry: string) => [...imports(join(components, component, entry))];

  test('the pure entry reaches neither Pulumi nor cdk8s', () => {
    const packages = reached('pure.ts').filter((name) => !name.startsWith('/'));
    expect(packages.sort()).toEqual(['node:crypto', 'zod']);
  });

  test('every file is reached from the public entry', () => {
    const folder = join(components, component);
    const found = new Set(reached('index.ts').map((file) => relative(folder, file)));
    expect(readdirSync(folder).filter((name) => !found.has(name))).toEqual([]);
  });
});
