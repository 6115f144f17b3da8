import type { Segment } from '../../model/json';
import type { KubeObject } from '../../model/object';
import type { Match } from './matches';

/** How a route reads requests: by HTTP (gRPC included), by the name in a TLS handshake, or not at all. */
export type Protocol = 'http' | 'tls' | 'tcp';

/** Somewhere that a route sends requests, or copies of them. */
export interface Destination {
  readonly object: KubeObject;
  /** Where the destination stands. */
  readonly path: readonly Segment[];
  /** Where its share stands; the place of the destination where it has none. */
  readonly weightPath: readonly Segment[];
  /** Resolved; see `resolveHost`. */
  readonly host: string;
  readonly subset: string | undefined;
  readonly port: number | undefined;
  /** Its share of the route's requests in per cent; undefined for copies. */
  readonly weight: number | undefined;
  readonly mirror: boolean;
}

/** One route of a routing object, whatever API the object belongs to. */
export interface Route {
  readonly object: KubeObject;
  readonly path: readonly Segment[];
  /** Where its destinations are listed. */
  readonly listPath: readonly Segment[];
  readonly protocol: Protocol;
  /** As it stands in the object. */
  readonly route: unknown;
  /** Any of them takes a request; a route without a match has one that takes everything. */
  readonly matches: readonly Match[];
  readonly destinations: readonly Destination[];
}
