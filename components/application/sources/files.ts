import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, normalize, relative, resolve, sep } from 'node:path';
import picomatch from 'picomatch';
import { parse } from 'yaml';
import type { Problem } from '../../validation';
import { joined, readManifests, type ReadManifests } from './kubernetesYaml';
import { isJson } from './manifest';

/** What `kubectl apply -f <folder>` reads. */
const EXTENSION = /\.(ya?ml|json)$/;
const KUSTOMIZATIONS = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Where a source stands in the application file, and the folder that its paths are relative to. */
export interface SourcePlace {
  readonly path: string;
  readonly folder: string;
}

/** The kustomization of a folder, or undefined. */
export const kustomizationIn = (folder: string): string | undefined =>
  KUSTOMIZATIONS.map((name) => join(folder, name)).find((file) => existsSync(file));

/**
 * Whether a kustomization does no more than list files of its own folder: then these are read as they are, and no kubectl
 * is needed.
 */
export function onlyLists(file: string): readonly string[] | undefined {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  if (!isJson(content)) return undefined;
  const { apiVersion: _version, kind: _kind, metadata: _metadata, resources, ...rest } = content;
  const listed = Array.isArray(resources) ? (resources as unknown[]).map(String) : [];
  const plain = listed.every((name) => EXTENSION.test(name) && !name.includes('://'));
  return Object.keys(rest).length === 0 && plain ? listed : undefined;
}

/** Reads one file; `shown` is how it is called in problems. */
function readFile(file: string, shown: string): ReadManifests {
  try {
    return readManifests(readFileSync(file, 'utf8'), shown);
  } catch (error) {
    return {
      manifests: [],
      problems: [
        {
          path: shown,
          problem: `cannot be read (${(error as NodeJS.ErrnoException).code})`,
          remedy: 'check its permissions',
        },
      ],
    };
  }
}

const problem = (path: string, what: string, remedy: string): ReadManifests => ({
  manifests: [],
  problems: [{ path, problem: what, remedy } satisfies Problem],
});

/** Reads files given by their paths, in the order of their names as kubectl does. */
export function readFiles(files: readonly string[], { folder }: SourcePlace): ReadManifests {
  return joined(
    files.map((file) => readFile(resolve(folder, file), relative(folder, resolve(folder, file)))),
  );
}

/** Reads the manifests of a folder, as `kubectl apply -f` does: without the folders below it. */
export function readFolder(name: string, place: SourcePlace): ReadManifests {
  const folder = resolve(place.folder, name);
  const names = readdirSync(folder)
    .filter((file) => EXTENSION.test(file) && !KUSTOMIZATIONS.includes(file))
    .filter((file) => statSync(join(folder, file)).isFile())
    .sort();
  const read = readFiles(
    names.map((file) => join(name, file)),
    place,
  );
  if (read.manifests.length > 0 || read.problems.length > 0) return read;
  const below = filesBelow(folder).length > 0;
  return problem(
    place.path,
    `names ${name}, a folder with no Kubernetes object in it`,
    below
      ? `write ${join(name, '**/*.yaml')} to read the folders below it`
      : 'name a folder, file or glob that has one',
  );
}

/** Files below a folder that may hold manifests, relative to it, in the order of their names. */
function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => EXTENSION.test(file) && !file.split(sep).includes('node_modules'))
    .sort();
}

/** Whether a path has wildcards in it. */
export const isGlob = (name: string): boolean => picomatch.scan(name).isGlob;

/** Reads what a glob finds. */
export function readGlob(pattern: string, place: SourcePlace): ReadManifests {
  // What is before the first wildcard may lead out of the folder, which a pattern over names below it could not.
  const { base, glob } = picomatch.scan(normalize(pattern));
  const matches = picomatch(glob);
  const files = filesBelow(resolve(place.folder, base))
    .filter((file) => matches(file))
    .map((file) => join(base, file));
  if (files.length > 0) return readFiles(files, place);
  return problem(
    place.path,
    `is ${JSON.stringify(pattern)}, which finds no .yaml, .yml or .json file in ${place.folder}`,
    'write a glob relative to the folder of the application file',
  );
}

/** What a path names: a folder, a file, or nothing. */
export function kindOf(name: string, folder: string): 'folder' | 'file' | 'none' {
  const found = resolve(folder, name);
  if (!existsSync(found)) return 'none';
  return statSync(found).isDirectory() ? 'folder' : 'file';
}

export { problem };
