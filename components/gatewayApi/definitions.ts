import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Yaml } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../application/pure';
import { isMap, ProblemsError } from '../validation';
import { DEFAULT_VERSION, releaseAddress, type GatewayApiSettings } from './settings';

/** The files or the address that settings name. */
function sourcesOf({ version = DEFAULT_VERSION, crds = releaseAddress(version) }: GatewayApiSettings) {
  if (crds.includes('://')) return [crds];
  const place = resolve(crds);
  if (!existsSync(place)) return [];
  if (!statSync(place).isDirectory()) return [place];
  const files = readdirSync(place).filter((name) => /\.ya?ml$/.test(name));
  return files.filter((name) => !/^kustomization\./.test(name)).map((name) => join(place, name));
}

/** The objects in a file or at an address. cdk8s fetches in a process of its own, as the program must not wait for a promise. */
const documentsOf = (source: string): readonly unknown[] => {
  if (source.includes('://')) return Yaml.load(source) as unknown[];
  const documents = parseAllDocuments(readFileSync(source, 'utf8'));
  return Array.from(documents, (document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    return document.toJS() as unknown;
  });
};

const isManifest = (value: unknown): value is Manifest =>
  isMap(value) &&
  typeof value['apiVersion'] === 'string' &&
  typeof value['kind'] === 'string' &&
  isMap(value['metadata']);

/**
 * Reads the definitions that settings name.
 * @throws ProblemsError where they cannot be had, or what is there defines nothing
 */
export function readDefinitions(settings: GatewayApiSettings, path: string): readonly Manifest[] {
  const refuse = (problem: string, remedy: string) =>
    new ProblemsError('Gateway API', [{ path: `${path}.crds`, problem, remedy }]);
  const sources = sourcesOf(settings);
  const named = settings.crds ?? sources[0];
  let documents: unknown[];
  try {
    documents = sources.flatMap(documentsOf);
  } catch (thrown) {
    const why = (thrown as Error).message.trim().split('\n')[0];
    throw refuse(
      `names ${named}, which cannot be read: ${why}`,
      'check that it can be reached, or download the file and name it here',
    );
  }
  const objects = documents.filter(isManifest);
  if (objects.some(({ kind }) => kind === 'CustomResourceDefinition')) return objects;
  throw refuse(
    `names ${named}, ${sources.length === 0 ? 'where there is no file' : 'which defines no kinds'}`,
    'name standard-install.yaml of a release of the Gateway API, or leave the key out',
  );
}
