import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** The folders whose imports are drawn. */
const FOLDERS = ['bin', 'components', 'docs/generator', 'infra', 'policies', 'rehearsal', 'release'];

/** What an import, a dynamic one or a `require` names, where that is a file of this project. */
const IMPORTED = /(?:\bfrom |\bimport\(|\brequire\()'(\.{1,2}\/[^']*)'/g;

/** A program that a file starts, compiled from the tree (bin/fresh.js). */
const STARTED = /\.(?:run|start|compile)\('([a-z]+\/[^']+\.ts)'/g;

export interface Edge {
  readonly from: string;
  readonly to: string;
}

const sourcesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|js)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

const matches = (pattern: RegExp, text: string): readonly string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found);

const importedBy = (root: string, path: string, text: string): readonly string[] =>
  matches(IMPORTED, text).map((name) => relative(root, resolve(path, '..', name)));

/**
 * The files that some files import, those that these import, and so on, within one folder.
 * @param first Tells the files to begin with from the others, by their paths from the root.
 */
export function reachedFrom(
  root: string,
  folder: string,
  first: (file: string) => boolean,
): ReadonlySet<string> {
  const paths = new Map(sourcesIn(join(root, folder)).map((path) => [relative(root, path), path]));
  const reached = new Set<string>();
  const visit = (name: string): void => {
    const file = [name, `${name}.ts`, `${name}/index.ts`].find((each) => paths.has(each));
    if (file === undefined || reached.has(file)) return;
    reached.add(file);
    const path = paths.get(file)!;
    importedBy(root, path, readFileSync(path, 'utf8')).forEach(visit);
  };
  [...paths.keys()].filter(first).forEach(visit);
  return reached;
}

/**
 * Which groups of files import something of which others, and which start a program of others.
 * @param root The folder of Pulumi.yaml.
 * @param groupOf The group of a file, by its path from there; undefined for one that is not drawn.
 */
export function importsBetween(
  root: string,
  groupOf: (file: string) => string | undefined,
): { readonly imports: readonly Edge[]; readonly starts: readonly Edge[] } {
  const [imports, starts] = [new Set<string>(), new Set<string>()];
  const add = (edges: Set<string>, file: string, targets: readonly string[]) => {
    const from = groupOf(file);
    for (const to of targets.map(groupOf)) {
      if (from !== undefined && to !== undefined && to !== from) edges.add(`${from} ${to}`);
    }
  };
  for (const path of FOLDERS.flatMap((folder) => sourcesIn(join(root, folder)))) {
    const text = readFileSync(path, 'utf8');
    const file = relative(root, path);
    add(imports, file, importedBy(root, path, text));
    add(starts, file, matches(STARTED, text));
  }
  const listed = (edges: ReadonlySet<string>): readonly Edge[] =>
    [...edges].sort().map((edge) => {
      const [from = '', to = ''] = edge.split(' ');
      return { from, to };
    });
  return { imports: listed(imports), starts: listed(starts) };
}
