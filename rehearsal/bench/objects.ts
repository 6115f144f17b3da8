import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { projectRoot } from '../paths';
import { output } from './command';
import type { Place } from './place';

/** A Kubernetes object as far as this needs to know it. */
export interface RenderedObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string } & Readonly<
    Record<string, unknown>
  >;
  readonly [field: string]: unknown;
}

/** The objects of a stack at a step, as `npm run render` prints them. */
export async function renderedObjects(
  { signal }: Place,
  stack: string,
  step: string,
): Promise<readonly RenderedObject[]> {
  const args = [join(projectRoot(), 'bin', 'render.js'), '--stack', stack, '--step', step];
  return parseObjects(await output(process.execPath, args, { env: {}, signal }));
}

export function parseObjects(text: string): readonly RenderedObject[] {
  return parseAllDocuments(text).map((document) => document.toJS() as RenderedObject);
}

/** The same objects in another namespace, so that one tool's do not meet another's. */
export function inNamespace(
  objects: readonly RenderedObject[],
  namespace: string,
): readonly RenderedObject[] {
  return objects.map((object) => ({ ...object, metadata: { ...object.metadata, namespace } }));
}

/** One YAML stream. */
export function yamlOf(objects: readonly RenderedObject[]): string {
  return objects
    .map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
}

/** The objects that differ between two steps. @throws Error where they are not the same objects */
export function changedBetween(
  before: readonly RenderedObject[],
  after: readonly RenderedObject[],
): readonly RenderedObject[] {
  const key = ({ kind, metadata }: RenderedObject) => `${kind} ${metadata.name}`;
  const old = new Map(before.map((object) => [key(object), JSON.stringify(object)]));
  if (old.size !== after.length || after.some((object) => !old.has(key(object)))) {
    throw new Error('the two steps do not have the same objects');
  }
  return after.filter((object) => old.get(key(object)) !== JSON.stringify(object));
}
