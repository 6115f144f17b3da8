import type { StateResource } from '../engine/state';
import type { ClusterApi } from './api';
import { pathOf } from './objects';

interface RouteDestination {
  readonly destination?: Readonly<Record<string, unknown>>;
}

interface HttpRoute extends Readonly<Record<string, unknown>> {
  readonly route?: readonly RouteDestination[];
}

interface VirtualService {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: { readonly http?: readonly HttpRoute[] };
}

/** The same VirtualService with its default route, the last one, leading to the stable version alone. */
export function withoutCanary(applied: VirtualService, stable: string): VirtualService {
  const { http = [] } = applied.spec;
  const last = http.at(-1);
  const destination = last?.route?.[0]?.destination;
  if (last === undefined || destination === undefined) return applied;
  const route = [{ destination: { ...destination, subset: stable } }];
  return { ...applied, spec: { ...applied.spec, http: [...http.slice(0, -1), { ...last, route }] } };
}

/**
 * Sends a VirtualService back to the stable version by server-side apply, as the provider would apply it: everything it
 * applied, and under the same field manager, so that the engine's next update finds its own fields.
 * @throws ClusterFailure, of status 409 where somebody else has taken the routes and `force` is not given
 */
export async function routeBack(
  api: ClusterApi,
  { inputs, outputs }: StateResource,
  stable: string,
  { force, signal }: { readonly force?: boolean; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const manager = outputs?.__fieldManager;
  if (typeof manager !== 'string') throw new Error('the state does not tell who applies the VirtualService');
  const applied = inputs as unknown as VirtualService;
  const object = withoutCanary(applied, stable);
  const { apiVersion, kind, metadata } = object;
  await api.apply(
    pathOf({ apiVersion, kind, ...metadata }),
    { fieldManager: manager, object, force },
    signal,
  );
}
