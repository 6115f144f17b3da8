export interface Quantities {
  readonly cpu: string;
  readonly memory: string;
}

/** A load test: so many clients, each of which asks again as soon as it has its answer, for so long. */
export interface LoadTestSettings {
  /**
   * What is asked. Default: productpage through the ingress gateway. The generator stands outside of the mesh, so a
   * Service that takes mTLS only refuses it.
   */
  readonly target?: string;
  /** Clients at the same time, 1 to 1000. Default 200. */
  readonly concurrency?: number;
  /** 1s to 30m. Default 60s. */
  readonly duration?: string;
  /** How long a client waits for an answer, up to 60s. Default 10s. */
  readonly requestTimeout?: string;
  /** The share of requests that may fail, 0 to 1; more, and the Job fails. Default 0.01. */
  readonly maxErrorRate?: number;
  /** The 95th percentile of the response time, in milliseconds, above which the Job fails. Default: none. */
  readonly maxP95Milliseconds?: number;
  /** Raise it to run the same test again. Default 1. */
  readonly run?: number;
  /** Whether an update waits for the test, and fails with it. Default false: the Job tells how it went. */
  readonly wait?: boolean;
  /** Must be true where the environment is production. Default false. */
  readonly allowProduction?: boolean;
  /** k6. Default: `DEFAULT_IMAGE`. */
  readonly image?: string;
  /** Default 500m and 256Mi. */
  readonly requests?: Quantities;
  /** Default 2 and 1Gi. */
  readonly limits?: Quantities;
}

export const DEFAULT_IMAGE = 'docker.io/grafana/k6:1.3.0';
export const DEFAULT_TARGET = 'http://istio-ingressgateway.istio-system.svc.cluster.local/productpage';
