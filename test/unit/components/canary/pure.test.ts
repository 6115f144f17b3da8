import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const folder = resolve(__dirname, '../../../../components/canary');

/** Every module that a file pulls in, followed through the relative imports. */
function imports(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, from] of readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)(?! type)[^;]*? from '([^']+)';/gm,
  )) {
    if (!from!.startsWith('.')) seen.add(from!);
    else {
      const target = resolve(dirname(file), from!);
      const index = from!.endsWith('validation') ? join(target, 'index.ts') : `${target}.ts`;
      imports(index, seen);
    }
  }
  return seen;
}

test('the pure entry reaches no Pulumi package, the public one does', () => {
  const pulumi = (file: string) =>
    [...imports(join(folder, file))].filter((name) => name.startsWith('@pulumi/'));
  expect(pulumi('pure.ts')).toEqual([]);
  expect(pulumi('index.ts')).toContain('@pulumi/pulumi');
});

test('every file is reached from the public entry', () => {
  const reached = [...imports(join(folder, 'index.ts'))].map((file) => relative(folder, file));
  const files = readdirSync(folder).filter((name) => name !== 'model.ts');
  expect(reached).toEqual(expect.arrayContaining(files));
});
