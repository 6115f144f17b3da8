import { isClusterScoped, isKubernetesGroup } from './kinds';
import { groupKind, isJson, type Json, type Manifest } from './manifest';
import type { Deferred } from './outputs';

/** Which kinds lie in a namespace, and in which one where an object does not say. */
export class Scope {
  private readonly clusterWide: ReadonlySet<string>;

  /**
   * @param namespace for namespaced objects that name none; undefined leaves it to the provider
   * @param clusterScoped further cluster-scoped kinds, as `group/Kind`
   * @param manifests everything in the plan: a definition among them tells the scope of its kind
   */
  constructor(
    private readonly namespace: string | Deferred | undefined,
    clusterScoped: readonly string[],
    manifests: readonly Json[],
  ) {
    this.clusterWide = new Set([
      ...clusterScoped,
      ...manifests.flatMap((manifest) => {
        const defined = definedKind(manifest);
        return defined?.scope === 'Cluster' ? [defined.groupKind] : [];
      }),
    ]);
  }

  /** The object with the namespace it belongs in: none where its kind has none, the default where it names none. */
  apply(manifest: Manifest): Manifest {
    const object = withoutStatus(manifest);
    const { namespace, ...metadata } = object.metadata;
    if (isClusterScoped(object) || this.clusterWide.has(groupKind(object))) {
      return namespace === undefined ? object : { ...object, metadata: metadata };
    }
    if (namespace !== undefined || this.namespace === undefined) return object;
    return { ...object, metadata: { ...object.metadata, namespace: this.namespace } };
  }
}

/** The status of Kubernetes' own kinds is the cluster's to write; a manifest that was exported still carries it. */
function withoutStatus(manifest: Manifest): Manifest {
  if (manifest['status'] === undefined || !isKubernetesGroup(manifest.apiVersion)) return manifest;
  const { status: _status, ...rest } = manifest;
  return rest;
}

/** The kind that a custom resource definition defines, if the manifest is one and says so plainly. */
export function definedKind(
  manifest: Json,
): { readonly groupKind: string; readonly scope: unknown } | undefined {
  const spec = manifest['spec'];
  if (manifest['kind'] !== 'CustomResourceDefinition' || !isJson(spec) || !isJson(spec['names']))
    return undefined;
  const { group, scope } = spec;
  const { kind } = spec['names'];
  if (typeof group !== 'string' || typeof kind !== 'string') return undefined;
  return { groupKind: `${group}/${kind}`, scope };
}
