import type { IncomingHttpHeaders } from 'node:http';
import type { V1Pod } from '@kubernetes/client-node';
import type { Headers } from './headers';
import type { PodView } from './pods';
import type { Services } from './services';

/** A request to a stand-in. */
export interface StandInRequest {
  readonly method: string;
  /** The path without the query, percent-encoding left as it came. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A stand-in's answer. */
export interface StandInResponse {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Headers;
}

/** What another service answered. */
export interface CallResult {
  readonly status: number;
  readonly body: string;
}

export interface CallOptions {
  readonly headers: Headers;
  readonly timeoutMs: number;
}

/** What a behaviour can do beside answering. */
export interface StandInContext {
  readonly pod: PodView;
  /** The Services of the cluster. Default: nothing is known of any. */
  readonly services?: Services;
  /**
   * Calls another service through this pod's own Envoy: `http://ratings:9080/ratings/0`, `grpc://cart:7070/shop.Cart/Get`,
   * `tcp://redis:6379`. The status of a gRPC call is the HTTP status that means the same.
   * @throws when nothing answers within `timeoutMs`, or when the pod has no Envoy
   */
  call(url: string, options: CallOptions): Promise<CallResult>;
}

/** How a service behaves; the same function plays all its versions. */
export interface Behaviour {
  /** Whether this one plays the pod. The first that says yes does. */
  plays(pod: PodView): boolean;
  /** Whether the pod calls other services, and so needs an Envoy of its own. */
  isCaller(pod: PodView): boolean;
  /** What each request is passed on to, where that can be told beforehand. */
  calls?(context: Pick<StandInContext, 'pod' | 'services'>): readonly string[];
  handle(request: StandInRequest, context: StandInContext): StandInResponse | Promise<StandInResponse>;
}

/** A process that does a pod's work for real, such as istiod or nginx. It listens on the pod's address, so that its probes are real. */
export interface PodProcess {
  /** @throws when it cannot be started */
  start(): Promise<void>;
  /** Ends it; called once, also after a start that failed. */
  stop(): Promise<void>;
}

/** Which behaviour or which process plays which pod. */
export interface Registry {
  /** Tried in order. A pod that none of them plays gets no stand-in. */
  readonly behaviours: readonly Behaviour[];
  /** The process of a pod; a pod that has one is played by no behaviour. */
  readonly process?: (view: PodView, pod: V1Pod) => PodProcess | undefined;
}

export const behaviourOf = (registry: Registry, pod: PodView): Behaviour | undefined =>
  registry.behaviours.find((behaviour) => behaviour.plays(pod));

export function json(status: number, value: unknown, headers?: Headers): StandInResponse {
  return { status, type: 'application/json', body: JSON.stringify(value), headers };
}

export const notFound = (request: StandInRequest): StandInResponse =>
  json(404, { error: `nothing at ${request.path}` });
