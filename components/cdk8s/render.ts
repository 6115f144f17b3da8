import type { ApiObject } from 'cdk8s';
import { isJson, type Json } from './manifest';
import type { OutputResolver } from './outputResolver';
import { PutBack } from './putBack';
import { messageOf, type ChartProblem } from './problems';

/** One object as a construct renders it, Outputs in place. */
export interface Rendered {
  readonly source: ApiObject;
  /** The construct's path; an item of a list adds its place. */
  readonly path: string;
  readonly manifest: Json;
}

/** Renders a construct: one object, or all that a list holds. */
export function render(source: ApiObject, resolver: OutputResolver, problems: ChartProblem[]): Rendered[] {
  const { path } = source.node;
  let json: unknown;
  resolver.take();
  try {
    json = source.toJson();
  } catch (error) {
    problems.push(unrenderable(path, error));
    return [];
  }
  const putBack = new PutBack((field, problem, remedy) =>
    problems.push({ path, problem: field === '' ? problem : `${field} ${problem}`, remedy }),
  );
  const manifest = withSecretData(putBack.value(json, '') as Json, putBack);
  for (const { value, field } of resolver.take()) {
    if (putBack.found.has(value)) continue;
    putBack.found.add(value);
    problems.push({
      path,
      problem: `${field} is an Output that the construct left out of what it rendered`,
      remedy:
        'wrap it where the construct expects a union, IntOrString.fromString(asString(output)); ' +
        'or do not set it where it is removed again',
    });
  }
  return unfold({ source, path, manifest }, problems);
}

/** How cdk8s begins: it names the construct, as we do, and the object by a name that may be an Output's complaint. */
const preamble = /^Failed serializing construct at path '[^']*' with name '[^']*': (?:Error: )?/;

function unrenderable(path: string, error: unknown): ChartProblem {
  return {
    path,
    problem: `cannot be rendered: ${messageOf(error).replace(preamble, '')}`,
    remedy: 'give the construct plain values, Outputs or Promises only',
  };
}

function withSecretData(manifest: Json, putBack: PutBack): Json {
  if (manifest['kind'] !== 'Secret' || manifest['data'] === undefined) return manifest;
  return { ...manifest, data: putBack.encoded(manifest['data'], 'data') };
}

/** A list is no object of the cluster: `kubectl apply` takes it apart the same way. */
function unfold(rendered: Rendered, problems: ChartProblem[]): Rendered[] {
  const { source, path, manifest } = rendered;
  const kind = String(manifest['kind']);
  const { items } = manifest;
  if (!kind.endsWith('List') || (kind !== 'List' && !Array.isArray(items))) return [rendered];
  if (!Array.isArray(items)) {
    const remedy = 'give the items one by one; each of them may hold Outputs';
    problems.push({ path, problem: 'is a list whose items are not known yet', remedy });
    return [];
  }
  return items.flatMap((item: unknown, i) => {
    const place = `${path}[${i}]`;
    if (!isJson(item)) {
      problems.push({
        path: place,
        problem: 'is an item of a list and no Kubernetes object',
        remedy: 'write an object with apiVersion, kind and metadata.name',
      });
      return [];
    }
    // A typed list leaves out of its items what its own kind tells already.
    const typed = kind === 'List' ? {} : { apiVersion: manifest['apiVersion'], kind: kind.slice(0, -4) };
    const whole = { ...typed, ...item, metadata: inherited(manifest['metadata'], item['metadata']) };
    return unfold({ source, path: place, manifest: whole }, problems);
  });
}

/** What cdk8s gave the list for its chart's sake, the namespace and the common labels, is meant for the items. */
function inherited(list: unknown, item: unknown): Json {
  const from = isJson(list) ? list : {};
  const own = isJson(item) ? item : {};
  const labels =
    isJson(from['labels']) && (own['labels'] === undefined || isJson(own['labels']))
      ? { ...from['labels'], ...own['labels'] }
      : own['labels'];
  return {
    ...own,
    ...(from['namespace'] !== undefined && own['namespace'] === undefined
      ? { namespace: from['namespace'] }
      : {}),
    ...(labels === undefined ? {} : { labels }),
  };
}
