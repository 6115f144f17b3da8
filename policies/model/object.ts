import { textAt, type JsonMap } from './json';
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
  /** The API group, empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  /** Reading a field that is not known yet throws `UnknownValue`. */
  readonly manifest: JsonMap;
  readonly origin: Origin;
  /** Ids of all objects that are applied before this one; undefined where the source does not say. */
  readonly dependsOn: ReadonlySet<string> | undefined;
  /** Fields whose changes the program told the engine to ignore; empty where the source does not say. */
  readonly ignoreChanges: readonly string[];
  /** Fields that the program marked as secret; undefined where the source does not say, as in plain manifests. */
  readonly secretFields: readonly string[] | undefined;
}

export interface ObjectSource {
  readonly manifest: JsonMap;
  readonly origin: Origin;
  readonly dependsOn?: ReadonlySet<string>;
  readonly ignoreChanges?: readonly string[];
  readonly secretFields?: readonly string[];
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

export function kubeObject(source: ObjectSource): KubeObject {
  const manifest = guarded(source.manifest);
  const apiVersion = known(() => textAt(manifest, 'apiVersion')) ?? '';
  const kind = known(() => textAt(manifest, 'kind')) ?? '';
  const name = known(() => textAt(manifest, 'metadata', 'name')) ?? '(unnamed)';
  const namespace = known(() => textAt(manifest, 'metadata', 'namespace'));
  return {
    id: objectId(kind, namespace, name),
    apiVersion,
    group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
    kind,
    name,
    namespace,
    manifest,
    origin: source.origin,
    dependsOn: source.dependsOn,
    ignoreChanges: source.ignoreChanges ?? [],
    secretFields: source.secretFields,
  };
}
