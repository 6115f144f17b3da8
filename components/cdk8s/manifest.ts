/** A Kubernetes object as it goes to the API server. Values may be Outputs or, where one stands in a text, OutputText. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly [field: string]: unknown;
}

export interface Metadata {
  readonly name: string;
  /** A text, or an Output where it is only known later. */
  readonly namespace?: unknown;
  readonly [field: string]: unknown;
}

export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The API group, empty for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** The group and kind, which tell what an object is whatever version of the API it is written in. */
export const groupKind = (object: { readonly apiVersion: string; readonly kind: string }): string =>
  `${groupOf(object.apiVersion)}/${object.kind}`;

/** The namespace where it is known while the program runs. */
export const plainNamespace = ({ metadata }: Manifest): string | undefined =>
  typeof metadata.namespace === 'string' ? metadata.namespace : undefined;

/** How people name an object: `Deployment bookinfo/reviews-v1`. */
export function describe(manifest: Manifest): string {
  const namespace = plainNamespace(manifest);
  const name = namespace === undefined ? manifest.metadata.name : `${namespace}/${manifest.metadata.name}`;
  return `${manifest.kind} ${name}`;
}
