/** A Kubernetes object of a user's manifests, as the API server would read it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ManifestMetadata;
  readonly [field: string]: unknown;
}

interface ManifestMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** An object and where it was read. */
export interface SourcedManifest {
  readonly manifest: Manifest;
  /** The file and line, or the chart or kustomization, such as `cart/deployment.yaml:12`. */
  readonly place: string;
}

type Json = Readonly<Record<string, unknown>>;

/** A field that holds a map; an empty one where it does not. */
export const mapAt = (value: unknown, ...path: readonly string[]): Json => {
  let found: unknown = value;
  for (const key of path) found = isJson(found) ? found[key] : undefined;
  return isJson(found) ? found : {};
};

/** A field that holds a list of maps; an empty one where it does not. */
export const listAt = (value: unknown, ...path: readonly string[]): readonly Json[] => {
  const parent = mapAt(value, ...path.slice(0, -1));
  const list = parent[path.at(-1)!];
  return Array.isArray(list) ? list.filter(isJson) : [];
};

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The API group; the core group is empty. */
export const groupOf = ({ apiVersion }: Pick<Manifest, 'apiVersion'>): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

/** How an object is named to people, such as `Deployment cart`. */
export const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;

/** What identifies an object within one namespace, whatever version of its API it is written in. */
export const identityOf = (manifest: Manifest): string =>
  [groupOf(manifest), manifest.kind, manifest.metadata.namespace ?? '', manifest.metadata.name].join('/');
