import { virtualServiceRouter } from './istio/router';
import type { ObjectKind, TrafficRouter } from './router';

/** Every routing API there is, by the name that a release calls it by. */
export const routers = {
  virtualService: virtualServiceRouter,
} as const satisfies Readonly<Record<string, TrafficRouter>>;

/** The routing API of a release, or of the routes of a service that is not under release. */
export const routerOf = (_release: object): TrafficRouter => routers.virtualService;

/** Every kind of object that some router declares, each once. */
export const routingKinds: readonly ObjectKind[] = Object.values(routers).flatMap(({ kinds }) => kinds);
