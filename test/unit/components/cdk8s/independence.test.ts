import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(__dirname, '../../../../components/cdk8s');
const sources = readdirSync(folder).filter((file) => file.endsWith('.ts'));

const importsOf = (file: string): string[] =>
  [...readFileSync(join(folder, file), 'utf8').matchAll(/from '([^']+)'/g)].map((match) => match[1]!);

/** Modules that a file loads itself or through others; `import type` loads nothing. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(folder, file), 'utf8').replaceAll(/(import|export) type [^;]+;/g, '');
  for (const [, from] of text.matchAll(/from '([^']+)'/g)) {
    if (from!.startsWith('./')) loadedBy(`${from!.slice(2)}.ts`, seen);
    else seen.add(from!);
  }
  return seen;
}

test('the component imports nothing of the project and could be published as it is', () => {
  expect(sources.length).toBeGreaterThan(5);
  const outside = sources.flatMap(importsOf).filter((from) => !/^\.\/[a-zA-Z0-9]+$/.test(from));
  expect([...new Set(outside)].sort()).toEqual([
    '@pulumi/kubernetes/utilities',
    '@pulumi/pulumi',
    'cdk8s',
    'constructs',
    'node:util',
  ]);
});

test('planning loads nothing of the engine', () => {
  expect([...loadedBy('pure.ts')].filter((from) => !from.endsWith('.ts')).sort()).toEqual([
    'cdk8s',
    'node:util',
  ]);
  expect([...loadedBy('index.ts')]).toContain('@pulumi/pulumi');
});

test('the one module taken from @pulumi/kubernetes loads no kind of it', () => {
  const script = `
    require('@pulumi/kubernetes/utilities');
    console.log(JSON.stringify(Object.keys(require.cache).filter((file) => file.includes('@pulumi/kubernetes'))));
  `;
  const loaded = JSON.parse(
    execFileSync(process.execPath, ['-e', script], { cwd: folder, encoding: 'utf8' }),
  ) as string[];
  expect(loaded.map((file) => file.replace(/^.*@pulumi\/kubernetes\//, ''))).toEqual(['utilities.js']);
});
