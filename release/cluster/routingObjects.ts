import { z } from 'zod';
import { roadKinds, type Manifest, type RoadKind } from '../../components/routing/pure';
import { ClusterFailure, type ClusterApi } from './api';

const listSchema = z.object({
  items: z.array(
    z.object({ metadata: z.object({ name: z.string(), namespace: z.string() }), spec: z.unknown() }),
  ),
});

/** The objects of a cluster that route requests. */
export interface RoutingObjects {
  readonly objects: readonly Manifest[];
  /** Whether every namespace was looked at; else only the one that was asked for, for want of a right. */
  readonly everywhere: boolean;
}

const FORBIDDEN = 403;

async function list(
  api: ClusterApi,
  { apiVersion, kind, plural }: RoadKind,
  scope: string,
  signal?: AbortSignal,
): Promise<readonly Manifest[]> {
  const found = await api.get(`/apis/${apiVersion}${scope}/${plural}`, signal);
  // A kind that the cluster does not serve has no objects.
  if (found === undefined) return [];
  return listSchema.parse(found).items.map((item) => ({ apiVersion, kind, ...item }));
}

/** Lists what routes requests, by whatever API: in every namespace where the account may, else in one. */
export async function readRoutingObjects(
  api: ClusterApi,
  namespace: string,
  signal?: AbortSignal,
): Promise<RoutingObjects> {
  const lists = await Promise.all(
    roadKinds.map(async (kind) => {
      try {
        return { objects: await list(api, kind, '', signal), everywhere: true };
      } catch (thrown) {
        if (!(thrown instanceof ClusterFailure) || thrown.status !== FORBIDDEN) throw thrown;
        return { objects: await list(api, kind, `/namespaces/${namespace}`, signal), everywhere: false };
      }
    }),
  );
  return {
    objects: lists.flatMap(({ objects }) => objects),
    everywhere: lists.every(({ everywhere }) => everywhere),
  };
}
