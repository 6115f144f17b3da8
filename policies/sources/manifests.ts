import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseAllDocuments } from 'yaml';
import { ProblemsError, type Problem } from '../../components/validation';
import { isMap, listAt, type JsonMap } from '../model/json';
import { kubeObject, type KubeObject } from '../model/object';

/** One text of YAML or JSON and what it is called in reports. */
export interface ManifestText {
  readonly file: string;
  readonly text: string;
}

const isObject = (value: unknown): value is JsonMap =>
  isMap(value) && typeof value['kind'] === 'string' && typeof value['apiVersion'] === 'string';

/** The objects in a document: one, or those of a List as `kubectl get -o yaml` writes it. */
function unpack(value: unknown): readonly unknown[] {
  if (isObject(value) && String(value['kind']).endsWith('List') && Array.isArray(value['items'])) {
    return listAt(value, 'items').flatMap(unpack);
  }
  return [value];
}

/**
 * Reads rendered objects: `kubectl get -o yaml`, `helm template`, `npm run render`, files by hand.
 *
 * @throws ProblemsError naming every document that is no object.
 */
export function readManifests(texts: readonly ManifestText[]): readonly KubeObject[] {
  const objects: KubeObject[] = [];
  const problems: Problem[] = [];
  for (const { file, text } of texts) {
    const lines = new LineCounter();
    const documents = parseAllDocuments(text, { lineCounter: lines });
    for (const [index, document] of (Array.isArray(documents) ? documents : []).entries()) {
      const path = `${file}[${index}]`;
      const [error] = document.errors;
      if (error !== undefined) {
        // The parser's message quotes the line, which may hold a secret.
        problems.push({
          path,
          problem: `is not YAML at line ${lines.linePos(error.pos[0]).line} (${error.code})`,
          remedy: 'mend the document',
        });
        continue;
      }
      let value: unknown;
      try {
        value = document.toJS();
      } catch {
        // An alias without an anchor, or so many that they would unfold to more than a machine holds.
        problems.push({
          path,
          problem: 'has aliases that cannot be followed',
          remedy: 'write the values themselves in their place',
        });
        continue;
      }
      if (value === null || value === undefined) continue;
      const { line } = lines.linePos(document.contents?.range?.[0] ?? 0);
      for (const manifest of unpack(value)) {
        if (isObject(manifest)) objects.push(kubeObject({ manifest, origin: { file, index, line } }));
        else
          problems.push({
            path,
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
