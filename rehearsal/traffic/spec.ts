import type { PodIdentity } from './attribution';

/** What load to put on, and what counts as an answer. Plain data: it is handed to a worker thread. */
export interface LoadSpec {
  /**
   * Where to send requests: `http://10.244.0.1:8080/productpage`; `grpc://10.244.0.1:80/shop.Cart/Get` for gRPC calls of
   * that method; `tcp://10.244.0.1:6379` for connections that say something and wait for a line.
   */
  readonly url: string;
  /** Host header, or `:authority` of a gRPC call; default: the URL's own. */
  readonly host?: string;
  /** Requests under way at the same time; each waits for its answer before the next. Default 16. */
  readonly concurrency?: number;
  /** Upper bound of requests per second; default: as fast as the answers come. */
  readonly ratePerSecond?: number;
  /** Ends the load after this many requests. */
  readonly maxRequests?: number;
  /** Ends the load after this many seconds. Default 3600, so that forgotten load ends too. */
  readonly maxSeconds?: number;
  /** A request without a whole answer by then has failed. Default 10000. */
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The service whose versions the answers are attributed to. Default `reviews`. */
  readonly service?: string;
  /** The pods that there are, by name, with the labels that answers are attributed by. More may come while it runs. */
  readonly pods?: Readonly<Record<string, PodIdentity>>;
  /** Pages with one of these texts have failed, whatever their status. Default: Bookinfo's error texts. */
  readonly failureTexts?: readonly string[];
}

/** Why a request failed. */
export type FailureKind = 'status' | 'connection' | 'timeout' | 'text' | 'unattributed';

/** What happened in one slice of time. */
export interface Bucket {
  /** Start of the slice, milliseconds since the epoch, a multiple of `bucketMs`. */
  readonly t: number;
  /** Latency in microseconds of each request answered well, by the version that served it. */
  readonly answered: Record<string, number[]>;
  readonly failures: Partial<Record<FailureKind, number>>;
  /** Time of the last good answer of each version, milliseconds since the epoch. */
  readonly last: Record<string, number>;
}

/** Width of a slice. */
export const bucketMs = 100;

/** The load as the loop needs it, nothing left open. */
export type FullSpec = Required<Omit<LoadSpec, 'maxRequests' | 'ratePerSecond'>> &
  Pick<LoadSpec, 'maxRequests' | 'ratePerSecond'>;

const bookinfoFailures = [
  'product reviews are currently unavailable',
  'product details are currently unavailable',
  'Ratings service is currently unavailable',
];

/** Fills in the defaults. @throws for a number that makes no sense, with what to write instead */
export function fullSpec(spec: LoadSpec): FullSpec {
  const full: FullSpec = {
    concurrency: 16,
    maxSeconds: 3600,
    timeoutMs: 10_000,
    headers: {},
    service: 'reviews',
    pods: {},
    failureTexts: bookinfoFailures,
    ...spec,
    host: spec.host ?? new URL(spec.url).host,
  };
  for (const key of ['concurrency', 'maxSeconds', 'timeoutMs', 'ratePerSecond', 'maxRequests'] as const) {
    const value = full[key];
    if (value !== undefined && !(value > 0))
      throw new Error(`load: ${key} is ${value}; give a number above 0`);
  }
  return full;
}
