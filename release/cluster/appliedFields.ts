import type { Manifest } from '../../components/routing/pure';
import { isMap } from '../../components/validation';
import type { ClusterApi } from './api';
import { pathOf, type ObjectName } from './objects';

/** An object as one field manager applied it. */
export interface AppliedObject {
  readonly fieldManager: string;
  readonly object: Manifest;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The part of an object that a set of fields (`fieldsV1`) names. A list is taken whole where the set goes into it: lists of
 * routes are atomic in the schemas of routing APIs, and in others no element may get lost.
 */
function extract(value: unknown, fields: unknown): unknown {
  if (!isMap(fields) || !isMap(value)) return value;
  const names = Object.keys(fields).filter((key) => key.startsWith('f:'));
  if (names.length === 0) return value;
  return Object.fromEntries(
    names
      .map((key) => [key.slice(2), key] as const)
      .filter(([name]) => value[name] !== undefined)
      .map(([name, key]) => [name, extract(value[name], fields[key])]),
  );
}

/** What Pulumi's Kubernetes provider calls itself, where the object names nothing else. */
const PROVIDER = /^pulumi-kubernetes/;
const NAMED = 'pulumi.com/patchFieldManager';

/**
 * An object as the engine's provider applied it, told from the object alone: its fields are those that the API server
 * remembers of the provider's field manager, as `ExtractInto` of Kubernetes' client-go takes them.
 * @returns undefined where nothing shows that the provider applied it, or where two of its kind did
 */
export function appliedByProvider(live: unknown): AppliedObject | undefined {
  if (!isMap(live) || !isMap(live['metadata'])) return undefined;
  const { apiVersion, kind, metadata } = live as {
    readonly apiVersion?: unknown;
    readonly kind?: unknown;
    readonly metadata: Fields;
  };
  const named = isMap(metadata['annotations']) ? metadata['annotations'][NAMED] : undefined;
  const entries = Array.isArray(metadata['managedFields'])
    ? (metadata['managedFields'] as readonly Fields[])
    : [];
  const [own, other] = entries.filter(
    ({ manager, operation, subresource, fieldsV1 }) =>
      operation === 'Apply' &&
      subresource === undefined &&
      typeof manager === 'string' &&
      (typeof named === 'string' ? manager === named : PROVIDER.test(manager)) &&
      isMap(fieldsV1) &&
      fieldsV1['f:spec'] !== undefined,
  );
  if (own === undefined || other !== undefined) return undefined;
  const fields = own['fieldsV1'] as Fields;
  const { name, namespace } = metadata;
  const part = extract(live, fields) as { readonly metadata?: Fields; readonly spec?: unknown };
  return {
    fieldManager: own['manager'] as string,
    object: {
      apiVersion,
      kind,
      spec: part.spec,
      metadata: { ...part.metadata, name, namespace },
    } as Manifest,
  };
}

/** Reads an object as the engine's provider applied it. @returns undefined where it is not there, or not the provider's */
export const readApplied = async (
  api: ClusterApi,
  name: ObjectName,
  signal?: AbortSignal,
): Promise<AppliedObject | undefined> => appliedByProvider(await api.get(pathOf(name), signal));
