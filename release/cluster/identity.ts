import { z } from 'zod';
import { ClusterFailure, type ClusterApi } from './api';

const schema = z.object({ metadata: z.object({ uid: z.string().min(1) }) });

/** What the API server has of the namespace kube-system. */
export const IDENTITY_PATH = '/api/v1/namespaces/kube-system';

/** The uid that a namespace read tells; undefined where it has none. */
export const uidOf = (namespace: unknown): string | undefined =>
  schema.safeParse(namespace).data?.metadata.uid;

/**
 * What tells one cluster from another, whatever name and address it is reached by: the uid of its namespace kube-system,
 * which is made once with the cluster. Undefined where the account may not read it.
 * @throws ClusterFailure where the API server cannot be asked
 */
export async function clusterIdentity(api: ClusterApi, signal?: AbortSignal): Promise<string | undefined> {
  try {
    return uidOf(await api.get(IDENTITY_PATH, signal));
  } catch (thrown) {
    if (thrown instanceof ClusterFailure && (thrown.status === 401 || thrown.status === 403))
      return undefined;
    throw thrown;
  }
}
