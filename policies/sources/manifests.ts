import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemsError, type Problem } from '../../components/validation';
import { isMap, type JsonMap } from '../model/json';
import { kubeObject, type KubeObject } from '../model/object';
import { lineFinder, segmentsOf } from './lines';
import { documentTexts, readYaml, saysNothing, UnreadableYaml } from './yaml';

/** One text of YAML or JSON and what it is called in reports. */
export interface ManifestText {
  readonly file: string;
  readonly text: string;
}

const isObject = (value: unknown): value is JsonMap =>
  isMap(value) && typeof value['kind'] === 'string' && typeof value['apiVersion'] === 'string';

/** An object of a document and where in it it stands. */
interface Placed {
  readonly value: unknown;
  readonly path: readonly string[];
}

/**
 * The objects in a document: one, or those of a List as `kubectl get -o yaml` writes it. Entries of a `PodList` may
 * leave out what the list says of all of them. A List without items holds nothing.
 */
function unpack({ value, path }: Placed): readonly Placed[] {
  if (!isObject(value)) return [{ value, path }];
  const kind = String(value['kind']);
  const { items } = value;
  if (!kind.endsWith('List') || !(Array.isArray(items) || items === undefined || items === null))
    return [{ value, path }];
  const inherited =
    kind === 'List' ? {} : { kind: kind.slice(0, -'List'.length), apiVersion: value['apiVersion'] };
  return ((items ?? []) as readonly unknown[]).flatMap((item, place) =>
    unpack({
      value: isMap(item) ? { ...inherited, ...item } : item,
      path: [...path, 'items', String(place)],
    }),
  );
}

/**
 * Reads rendered objects as kubectl does: `kubectl get -o yaml`, `helm template`, `npm run render`, files by hand.
 *
 * @throws ProblemsError naming every document that is no object.
 */
export function readManifests(texts: readonly ManifestText[]): readonly KubeObject[] {
  const objects: KubeObject[] = [];
  const problems: Problem[] = [];
  for (const { file, text } of texts) {
    for (const [index, document] of documentTexts(text.replace(/^\uFEFF/, '')).entries()) {
      let value: unknown;
      try {
        value = readYaml(document.text);
      } catch (error) {
        if (!(error instanceof UnreadableYaml)) throw error;
        const problem = error.problem.replace(
          /at line (\d+)/,
          (_, line) => `at line ${Number(line) + document.line - 1}`,
        );
        problems.push({ path: `${file}[${index}]`, problem, remedy: error.remedy });
        continue;
      }
      if (saysNothing(value)) continue;
      const find = lineFinder(document.text, document.line);
      // A list of objects without the envelope of a List is what some tools print.
      const found = Array.isArray(value)
        ? value.flatMap((item, place) => unpack({ value: item as unknown, path: [String(place)] }))
        : unpack({ value, path: [] });
      for (const { value: manifest, path } of found) {
        if (isObject(manifest)) {
          objects.push(
            kubeObject({
              manifest,
              origin: { file, index, line: find(path) },
              lineOf: (field) => find([...path, ...segmentsOf(field)]),
            }),
          );
        } else
          problems.push({
            path: `${file}[${index}]`,
            problem: 'is no Kubernetes object',
            remedy: 'give it apiVersion and kind, or leave the document out',
          });
      }
    }
  }
  if (problems.length > 0) throw new ProblemsError('Manifests', problems);
  return objects;
}

function filesUnder(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory()) return filesUnder(join(path, entry.name));
      return /\.(ya?ml|json)$/.test(entry.name) ? [join(path, entry.name)] : [];
    });
}

/** The texts of a file, or of every .yaml, .yml and .json file in a folder. */
export function manifestTexts(path: string): readonly ManifestText[] {
  let files: readonly string[];
  try {
    files = filesUnder(path);
  } catch {
    throw new ProblemsError('Manifests', [
      { path, problem: 'is not there', remedy: 'name a file, a folder, or - for standard input' },
    ]);
  }
  return files.map((file) => ({ file, text: readFileSync(file, 'utf8') }));
}
