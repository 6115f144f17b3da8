import { isMap, textAt, type JsonMap } from './json';
import { groupOf, isNamespaced } from './kinds';
import { guarded, UnknownValue } from './unknown';

/** Where an object was read: what the engine calls it, or the file and its place in the stream. */
export type Origin =
  | { readonly urn: string }
  | { readonly file: string; /** From 0. */ readonly index: number; /** From 1. */ readonly line?: number };

/** A Kubernetes object, wherever it was read. */
export interface KubeObject {
  /** `Kind/namespace/name`, or `Kind/name` for what has no namespace; how exceptions and reports name it. */
  readonly id: string;
  readonly apiVersion: string;
  /** The API group under its present name, empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  /** As written; undefined where it is left out or empty. */
  readonly namespace: string | undefined;
  /** The namespace it is in: `default` where none is written; empty for kinds that live in none. */
  readonly place: string;
  /**
   * Without nulls, which the API server takes for absent fields. Reading a field that is not known yet throws
   * `UnknownValue`.
   */
  readonly manifest: JsonMap;
  readonly origin: Origin;
  /** Ids of all objects that are applied before this one; undefined where the source does not say. */
  readonly dependsOn: ReadonlySet<string> | undefined;
  /** Fields whose changes the program told the engine to ignore; empty where the source does not say. */
  readonly ignoreChanges: readonly string[];
  /** Fields that the program marked as secret; undefined where the source does not say, as in plain manifests. */
  readonly secretFields: readonly string[] | undefined;
  /** The line of a field in the file it was read from; undefined where it was read from none. */
  readonly lineOf: ((field: string) => number) | undefined;
}

export interface ObjectSource {
  readonly manifest: JsonMap;
  readonly origin: Origin;
  readonly dependsOn?: ReadonlySet<string>;
  readonly ignoreChanges?: readonly string[];
  readonly secretFields?: readonly string[];
  readonly lineOf?: (field: string) => number;
}

function known(read: () => string | undefined): string | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownValue) return '(unknown)';
    throw error;
  }
}

/** How an object is called in exceptions and reports. */
export function objectId(kind: string, namespace: string | undefined, name: string): string {
  return [kind, ...(namespace === undefined ? [] : [namespace]), name].join('/');
}

/** A value without the fields that are null; entries of lists keep their places. */
function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) {
    const entries = value.map(withoutNulls);
    return entries.some((entry, place) => entry !== value[place]) ? (entries as T) : value;
  }
  if (!isMap(value)) return value;
  let changed = false;
  const kept: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    if (entry === null) changed = true;
    else {
      const clean = withoutNulls(entry);
      if (clean !== entry) changed = true;
      kept[key] = clean;
    }
  }
  return changed ? (kept as T) : value;
}

/** Metadata gives names as texts; `name: 2024` is read as a number and meant as a name. */
function word(manifest: JsonMap, ...path: readonly string[]): string | undefined {
  const found: unknown = path.reduce<unknown>(
    (value, key) => (isMap(value) ? value[key] : undefined),
    manifest,
  );
  return typeof found === 'number' ? String(found) : textAt(manifest, ...path);
}

export function kubeObject(source: ObjectSource): KubeObject {
  const manifest = guarded(withoutNulls(source.manifest));
  const apiVersion = known(() => textAt(manifest, 'apiVersion')) ?? '';
  const kind = known(() => textAt(manifest, 'kind')) ?? '';
  const generated = known(() => textAt(manifest, 'metadata', 'generateName'));
  const name =
    known(() => word(manifest, 'metadata', 'name')) ??
    (generated === undefined ? '(unnamed)' : `${generated}*`);
  const namespace = known(() => word(manifest, 'metadata', 'namespace')) || undefined;
  const group = groupOf(apiVersion, kind);
  const clusterWide = isNamespaced(group, kind) === false;
  return {
    id: objectId(kind, namespace, name),
    apiVersion,
    group,
    kind,
    name,
    namespace,
    place: clusterWide ? '' : (namespace ?? 'default'),
    manifest,
    origin: source.origin,
    dependsOn: source.dependsOn,
    ignoreChanges: source.ignoreChanges ?? [],
    secretFields: source.secretFields,
    lineOf: source.lineOf,
  };
}
