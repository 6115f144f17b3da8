/** How browsers tell the backend which trace a request belongs to; the words of the SDK. */
export const traceTypes = [
  'zipkin',
  'zipkin_single_header',
  'w3c_traceparent',
  'w3c_traceparent_64bit',
  'ddtrace',
  'jaeger',
  'skywalking_v3',
] as const;
export type TraceType = (typeof traceTypes)[number];

/**
 * What the browser's monitoring is started with. All of it is sent to every visitor, the client token too: it only lets
 * someone write, and no secret can be kept from those who have to use it. So it is ordinary config, though it is left
 * out of messages.
 *
 * Data go to a DataKit (`datakitOrigin`) or straight to the platform (`site` and `clientToken`); name one of the two.
 */
export interface RumSettings {
  /** The application's id, as the platform's console shows it. */
  readonly applicationId: string;
  /** Where browsers reach DataKit, whose collector `rum` must be on: `https://rum.example.com`. */
  readonly datakitOrigin?: string;
  /** The platform's public intake: `https://rum-openway.guance.com`. */
  readonly site?: string;
  readonly clientToken?: string;
  /** Default: the environment that the mesh puts on spans. Another value parts the browser's data from the traces. */
  readonly env?: string;
  /** Default: the version of productpage that the mesh puts on spans. */
  readonly version?: string;
  /** Default `productpage`. */
  readonly service?: string;
  /** Percentage of sessions that are recorded. Default 100. */
  readonly sessionSampleRate?: number;
  /** Percentage of these whose screen is recorded too. Default 0: it shows what people type. */
  readonly sessionReplaySampleRate?: number;
  /** Whether clicks are recorded. Default true. */
  readonly trackUserInteractions?: boolean;
  /** Percentage of requests to `allowedTracingUrls` that begin a trace. Default 100. */
  readonly tracingSampleRate?: number;
  /** Default `zipkin`, the B3 headers that Envoy's zipkin tracer goes on with. */
  readonly traceType?: TraceType;
  /** Default false: DataKit joins zipkin traces of browsers by ids of 64 bits. */
  readonly traceId128Bit?: boolean;
  /** Addresses that requests of a page may carry trace headers to, each with everything below it. Default: none. */
  readonly allowedTracingUrls?: readonly string[];
  /** The SDK. Default: version 3 from the platform's own network, which its makers update in place. */
  readonly sdkUrl?: string;
}

export const directives = [
  'default-src',
  'script-src',
  'style-src',
  'img-src',
  'font-src',
  'connect-src',
  'worker-src',
  'frame-src',
  'form-action',
  'frame-ancestors',
] as const;
export type Directive = (typeof directives)[number];

export interface PolicySettings {
  /** Sources that are allowed beside those that the page and the SDK need. */
  readonly allow?: Readonly<Partial<Record<Directive, readonly string[]>>>;
  /** Only report violations in the browser's console. Default false. */
  readonly reportOnly?: boolean;
}

export interface Quantities {
  readonly cpu: string;
  readonly memory: string;
}

export const serviceTypes = ['ClusterIP', 'NodePort', 'LoadBalancer'] as const;

/** nginx in front of the ingress gateway, which puts the monitoring of browsers into pages on their way. */
export interface EdgeSettings {
  readonly rum: RumSettings;
  /**
   * What nginx stands in front of: the ingress gateway's Service (default), or a node and the gateway's NodePort, as in
   * `http://192.168.49.2:32156`. A name must resolve when nginx starts.
   */
  readonly upstream?: string;
  /** Default: `DEFAULT_IMAGE`. It has to run as user 101 and to have nginx 1.19.5 or newer with its sub module. */
  readonly image?: string;
  /** Default 2. */
  readonly replicas?: number;
  readonly service?: {
    /** Default `ClusterIP`. */
    readonly type?: (typeof serviceTypes)[number];
    /** Default: chosen by the cluster. */
    readonly nodePort?: number;
  };
  readonly contentSecurityPolicy?: PolicySettings;
  /** Default 50m and 32Mi. */
  readonly requests?: Quantities;
  /** Default 500m and 128Mi. */
  readonly limits?: Quantities;
}

/** What the rest of the program knows, so that browsers and traces say the same. */
export interface EdgeContext {
  /** The environment on spans. */
  readonly environment: string;
  /** The version of productpage on spans; its stable one during a release. */
  readonly version: string;
}

/** The stable branch, as an image that runs without root. */
export const DEFAULT_IMAGE = 'docker.io/nginxinc/nginx-unprivileged:1.28.0-alpine';
export const DEFAULT_UPSTREAM = 'http://istio-ingressgateway.istio-system.svc.cluster.local:80';
export const DEFAULT_SDK = 'https://static.guance.com/browser-sdk/v3/dataflux-rum.js';
