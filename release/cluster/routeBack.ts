import type { Manifest } from '../../components/routing/pure';
import type { ClusterApi } from './api';
import type { AppliedObject } from './appliedFields';
import { pathOf } from './objects';

/**
 * Sends an object of the routes back by server-side apply, as the provider would apply it: everything it applied, and under
 * the same field manager, so that the engine's next update finds its own fields.
 * @param back What is changed of the object as it was applied.
 * @throws ClusterFailure, of status 409 where somebody else has taken the routes and `force` is not given
 */
export async function routeBack(
  api: ClusterApi,
  { fieldManager, object: applied }: AppliedObject,
  back: (applied: Manifest) => Manifest,
  { force, signal }: { readonly force?: boolean; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const object = back(applied);
  const { apiVersion, kind, metadata } = object;
  await api.apply(pathOf({ apiVersion, kind, ...metadata }), { fieldManager, object, force }, signal);
}
