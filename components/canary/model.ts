/**
 * The words of a release. Plain data: no Pulumi, no Kubernetes client; everything here can be printed, compared and tested.
 */
import type { Routing } from './routing';

/** One version of a service: the value of its `version` label and the image that runs it. */
export interface VersionRef {
  /** The `version` label, e.g. `v2`. A DNS label, so that it can be part of a Deployment's name. */
  readonly version: string;
  /** The image, with a tag or a digest. Default: the application's own image of that version. */
  readonly image?: string;
  /** Pods of this version. Default: what the application's table says, 1 for Bookinfo. */
  readonly replicas?: number;
  /** A digest of the pod template, where more than the image makes the version. The program fills it in. */
  readonly template?: string;
}

/** Who sees the canary whatever the weight: requests with this header or cookie. Exactly one of the two, one kind of match. */
export type RequestMatch =
  | { readonly header: string; readonly exact?: string; readonly prefix?: string; readonly regex?: string }
  | { readonly cookie: string; readonly exact: string };

/** Copies of live requests sent to the canary while its weight is 0; answers are thrown away. */
export interface Mirror {
  /** Share of requests copied, per cent, above 0 and at most 100. */
  readonly percent: number;
}

/**
 * A user keeps the version they saw, by a cookie that the routes set: at the canary as at the stable version, so that the share
 * of users, not of requests alone, is the weight. Callers that keep no cookies are drawn anew with each request.
 */
export interface Sticky {
  /** The cookie's name. */
  readonly cookie: string;
  /** How long the cookie lives, seconds. Default 3600. */
  readonly maxAgeSeconds?: number;
}

/** Ejects an instance after errors in a row (Envoy's outlier detection); per version where the service is under release. */
export interface OutlierDetection {
  readonly consecutive5xxErrors: number;
  /** Istio duration, e.g. `10s`. */
  readonly interval: string;
  readonly baseEjectionTime: string;
  /** Per cent, 0 to 100. */
  readonly maxEjectionPercent: number;
}

/**
 * How much a caller's sidecar sends to a service at once (Envoy's connection pool and circuit breaker). What goes beyond
 * gets a 503 at once, flag UO in the access log, in place of a place in a queue.
 *
 * Numbers count for each calling sidecar, not for all of them together, and for each version of a service under release.
 * Istio's defaults are no limit at all, and 10 s for `connectTimeout`.
 */
export interface ConnectionPool {
  /** Connections to all pods of the service, 1 or more. A request over HTTP/1.1 has one for itself while it lasts. */
  readonly maxConnections?: number;
  /** How long a connection may take to be made, Istio duration, shorter than one try. */
  readonly connectTimeout?: string;
  /** Requests that wait for a connection, HTTP/2 too, 1 or more. */
  readonly http1MaxPendingRequests?: number;
  /** Requests under way, HTTP/1.1 too, 1 or more. */
  readonly http2MaxRequests?: number;
  /** After how many requests a connection is closed, 1 to 2^29. Left out for never; 1 switches keep-alive off. */
  readonly maxRequestsPerConnection?: number;
}

/** Retries of one route. The whole budget is (attempts + 1) × perTryTimeout and must fit in the timeout. */
export interface Retries {
  readonly attempts: number;
  /** Istio duration, e.g. `2s`. */
  readonly perTryTimeout: string;
  /** Istio's retryOn list. Default `connect-failure,refused-stream,unavailable,cancelled,503`-like Istio default: left out. */
  readonly retryOn?: string;
}

/** A drill: a fault that is put on purpose on calls to a service. */
export interface FaultDrill {
  /** Only requests that match; default all. */
  readonly match?: readonly RequestMatch[];
  /** Delay of Istio duration for `percent` of the requests. */
  readonly delay?: { readonly fixedDelay: string; readonly percent: number };
  /** Answer with this HTTP status for `percent` of the requests. */
  readonly abort?: { readonly httpStatus: number; readonly percent: number };
  /** What it is for; shown beside it. */
  readonly reason?: string;
  /** When it is to be over: an RFC 3339 date-time, or a date, which counts in full and by UTC. Default: no end. */
  readonly until?: string;
}

/** How calls to one service are routed, whether or not it is under release. */
export interface RoutePolicy {
  /** The API whose objects the routes are. Default: `virtualService`, or `tcp` where no port of the service speaks HTTP. */
  readonly routing?: Routing;
  /** Istio duration, e.g. `10s`. */
  readonly timeout?: string;
  readonly retries?: Retries;
  readonly drills?: readonly FaultDrill[];
  readonly connectionPool?: ConnectionPool;
  readonly outlierDetection?: OutlierDetection;
}

/** One release: a service on its way from its stable version to its canary. */
export interface Release extends RoutePolicy {
  readonly service: string;
  readonly stable: VersionRef;
  readonly canary: VersionRef;
  /** Weights of the canary, per cent, rising, from 0 to 100: `[0, 10, 25, 50, 100]`. */
  readonly steps: readonly number[];
  readonly match?: readonly RequestMatch[];
  readonly mirror?: Mirror;
  readonly sticky?: Sticky;
  /** Pods of the canary on its way: all of its own, its weight's share of the stable version's, or a number. Default `full`. */
  readonly canaryCapacity?: 'full' | 'weight' | number;
  /** Pods of the stable version on the way: all of them, or the share that it still carries. Default `full`. */
  readonly stableCapacity?: 'full' | 'weight';
}

/** Where a release stands: only the stable version, a weight, or only the canary. */
export type Step = 'baseline' | 'finished' | number;

/** Share of the requests that match nothing else, per cent; the entries of a route sum to 100. */
export interface VersionWeight {
  readonly version: string;
  readonly weight: number;
}

/** What a step means, before it is written as objects. */
export interface StepPlan {
  readonly service: string;
  readonly step: Step;
  /** One Deployment each. */
  readonly deployments: readonly VersionRef[];
  /** The versions that routes can lead to; each is the version label of its pods. */
  readonly versions: readonly string[];
  /** The default route. A version of weight 0 is never listed. */
  readonly weights: readonly VersionWeight[];
  /** Every version that the routes mention in any way: by weight, match or mirror. */
  readonly mentioned: readonly string[];
}

/** What the stack remembers of the release as it was last applied; a stack output, so it survives between updates. */
export interface AppliedRelease {
  readonly service: string;
  readonly step: string;
  readonly stable: VersionRef;
  readonly canary: VersionRef;
  readonly steps: readonly number[];
  /** Weight per version, versions of weight 0 left out. */
  readonly weights: Readonly<Record<string, number>>;
  /** The versions that routes can lead to, by the name that the first states gave it. */
  readonly subsets: readonly string[];
  readonly mentioned: readonly string[];
  /** When this step was first applied, ISO 8601, UTC. */
  readonly since: string;
  /** The override that allowed this step, when one did. */
  readonly override?: StepOverride;
}

/** Allows one move that the state machine refuses. It names the very move, so one left behind allows nothing else. */
export interface StepOverride {
  readonly service?: string;
  /** The step it starts from, `none` where nothing was applied yet. */
  readonly from: string;
  readonly to: string;
  /** Kept in the stack's outputs beside the step. */
  readonly reason: string;
}
