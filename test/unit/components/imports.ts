import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const fileOf = (target: string): string =>
  statSync(target, { throwIfNoEntry: false })?.isDirectory() ? join(target, 'index.ts') : `${target}.ts`;

/**
 * Every module that a file loads: files by their paths, packages by their names. Types load nothing.
 * @param follow Which imports are looked into, as they are written; default: all relative ones. The others are kept as
 *   they are written.
 */
export function importsOf(
  file: string,
  follow = (from: string) => from.startsWith('.'),
  seen = new Set<string>(),
): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  for (const [, from] of source.matchAll(/^(?:import|export)(?! type)[^;]*? from '([^']+)';/gm)) {
    if (follow(from!)) importsOf(fileOf(resolve(dirname(file), from!)), follow, seen);
    else seen.add(from!);
  }
  return seen;
}

/** The packages that a file loads, in order. */
export const packagesOf = (file: string): string[] =>
  [...importsOf(file)].filter((name) => !name.startsWith('/')).sort();

/** Source files of a component that its public entry does not load, in order. */
export function unreached(component: string): string[] {
  const reached = new Set(
    [...importsOf(join(component, 'index.ts'))].map((file) => relative(component, file)),
  );
  return (readdirSync(component, { recursive: true }) as string[])
    .filter((name) => name.endsWith('.ts') && !reached.has(name))
    .sort();
}
