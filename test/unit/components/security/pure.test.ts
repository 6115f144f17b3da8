import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const folder = resolve(__dirname, '../../../../components/security');

/** Every module of the folder that a file pulls in, and every package. */
function imports(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  for (const [, from] of source.matchAll(/^(?:import|export)(?! type)[^;]*? from '([^']+)';/gm)) {
    if (from!.startsWith('./')) imports(`${resolve(dirname(file), from!)}.ts`, seen);
    else seen.add(from!);
  }
  return seen;
}

test('the pure entry reaches no Pulumi package, and other components by their pure entries only', () => {
  const reached = [...imports(join(folder, 'pure.ts'))];
  expect(reached.filter((name) => name.startsWith('@pulumi/'))).toEqual([]);
  expect(reached.filter((name) => name.startsWith('../')).sort()).toEqual([
    '../bookinfo/pure',
    '../datakit/pure',
    '../validation',
  ]);
});

test('every file is reached from the public entry', () => {
  const reached = [...imports(join(folder, 'index.ts'))].map((file) => relative(folder, file));
  expect(reached).toEqual(expect.arrayContaining(readdirSync(folder)));
});
