import type { Vertex } from './edges';
import { typeToken } from './kinds';
import { describe, groupKind, isJson, plainNamespace, type Json, type Manifest } from './manifest';
import type { ChartProblem } from './problems';
import type { Rendered } from './render';

/** An object on its way into the plan. */
export interface Candidate extends Vertex {
  readonly path: string;
}

/** Whether the object says plainly what it is; complains where it does not. */
export function hasIdentity(object: Rendered, problems: ChartProblem[]): object is Rendered & Candidate {
  const { path, manifest } = object;
  const missing = identityProblem(manifest);
  if (missing !== undefined) problems.push({ path, ...missing });
  return missing === undefined;
}

export function identityProblem(manifest: Json): { problem: string; remedy: string } | undefined {
  for (const field of ['apiVersion', 'kind']) {
    const value = manifest[field];
    if (typeof value !== 'string' || value === '') {
      return { problem: `has no plain ${field}`, remedy: `write its ${field} as a text` };
    }
  }
  const name = isJson(manifest['metadata']) ? manifest['metadata']['name'] : undefined;
  if (name === undefined || name === '') return { problem: 'has no name', remedy: 'give it a metadata.name' };
  if (typeof name === 'string') return undefined;
  return {
    problem:
      'has an Output for its metadata.name, while its name in Pulumi has to be known before it is declared',
    remedy: 'give it a plain name',
  };
}

/** Made of what identifies the object in the cluster, so that it does not change with its place in the construct tree. */
export function proposedName(manifest: Manifest): string {
  const namespace = plainNamespace(manifest);
  const place = namespace === undefined ? [] : [namespace];
  return [manifest.kind, ...place, manifest.metadata.name].join('/');
}

/** Two constructs that are one object in the cluster, or one resource in Pulumi. */
export function duplicates(objects: readonly Candidate[], names: readonly string[]): ChartProblem[] {
  const problems: ChartProblem[] = [];
  const first = new Map<string, string>();
  const take = (key: string, path: string): string | undefined => {
    const other = first.get(key);
    if (other === undefined) first.set(key, path);
    return other;
  };
  objects.forEach(({ manifest, path }, place) => {
    const { namespace, name } = manifest.metadata;
    // Objects whose namespaces are not known yet may well be two; only their names in Pulumi are compared.
    const known = namespace === undefined || typeof namespace === 'string';
    const sameObject = known ? take(JSON.stringify([groupKind(manifest), namespace, name]), path) : undefined;
    const sameName = take(`${typeToken(manifest.apiVersion, manifest.kind)}::${names[place]}`, path);
    if (sameObject !== undefined) {
      problems.push({
        path,
        problem: `declares ${describe(manifest)}, which "${sameObject}" declares already`,
        remedy: 'give one of them another name or namespace, or remove it',
      });
    } else if (sameName !== undefined) {
      problems.push({
        path,
        problem: `would be named "${names[place]}" in Pulumi, as "${sameName}" is already`,
        remedy: 'tell them apart by the option resourceName',
      });
    }
  });
  return problems;
}
