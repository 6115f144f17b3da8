/**
 * The routing APIs that a service can be routed by. `virtualService` is Istio's own, with subsets; `httpRoute` and `grpcRoute`
 * are those of the Gateway API, with a Service for each version.
 */
export const routings = ['virtualService', 'httpRoute', 'grpcRoute'] as const;

export type Routing = (typeof routings)[number];

/** What a service is routed by where neither its release nor its route policy says it. */
export const DEFAULT_ROUTING: Routing = 'virtualService';
