import { isJson, mapAt, type Manifest } from '../sources/manifest';
import type { Application } from '../application';

/** The namespaces that the manifests of the application's own workloads name. They stand for that of the stack. */
const ownNamespaces = ({ services }: Application): readonly string[] => [
  ...new Set(
    services.flatMap((spec) =>
      'workload' in spec ? (spec.workload.deployment.metadata.namespace ?? []) : [],
    ),
  ),
];

/** Who a binding gives rights to: accounts go where their pods go. */
function withSubjects(manifest: Manifest, moved: (namespace: unknown) => unknown): Manifest {
  const { subjects } = manifest;
  if (!manifest.kind.endsWith('RoleBinding') || !Array.isArray(subjects)) return manifest;
  return {
    ...manifest,
    subjects: (subjects as unknown[]).map((subject) =>
      isJson(subject) && subject['namespace'] !== undefined
        ? { ...subject, namespace: moved(subject['namespace']) }
        : subject,
    ),
  };
}

/** Services wait for ready pods of their own accord, and the Deployments are waited for: see `serviceManifest`. */
const SKIP_AWAIT = 'pulumi.com/skipAwait';

function withoutWaiting(manifest: Manifest): Manifest {
  if (manifest.kind !== 'Service' || manifest.apiVersion !== 'v1') return manifest;
  const annotations = mapAt(manifest, 'metadata', 'annotations');
  if (annotations[SKIP_AWAIT] !== undefined) return manifest;
  return {
    ...manifest,
    metadata: { ...manifest.metadata, annotations: { ...(annotations as object), [SKIP_AWAIT]: 'true' } },
  };
}

/**
 * Every object of the manifests that belongs to no version, in the stack's namespace where it names none or that of the
 * application's workloads.
 *
 * @param made Namespaces that the stack makes itself.
 */
export function placedObjects(
  application: Application,
  namespace: string,
  made: readonly string[] = [],
): readonly Manifest[] {
  const own = ownNamespaces(application);
  const moved = (name: unknown): unknown => (own.includes(String(name)) ? namespace : name);
  return (application.objects ?? []).flatMap((manifest) => {
    if (manifest.kind === 'Namespace' && manifest.apiVersion === 'v1') {
      const { name } = manifest.metadata;
      return made.includes(name) || (own.includes(name) && name !== namespace) ? [] : [manifest];
    }
    const placed =
      manifest.metadata.namespace === undefined
        ? manifest
        : {
            ...manifest,
            metadata: { ...manifest.metadata, namespace: moved(manifest.metadata.namespace) as string },
          };
    return [withoutWaiting(withSubjects(placed, moved))];
  });
}
