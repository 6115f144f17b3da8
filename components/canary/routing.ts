/**
 * The routing APIs that a service can be routed by. `virtualService` and `tcp` are Istio's own, with subsets: routes for requests
 * and for connections. `httpRoute`, `grpcRoute` and `tcpRoute` are those of the Gateway API, with a Service for each version.
 */
export const routings = ['virtualService', 'tcp', 'httpRoute', 'grpcRoute', 'tcpRoute'] as const;

export type Routing = (typeof routings)[number];

/** What a service that speaks HTTP or gRPC is routed by, where neither its release nor its route policy says it. */
export const DEFAULT_ROUTING: Routing = 'virtualService';
