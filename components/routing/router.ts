import type { Release, RoutePolicy, StepPlan } from '../canary';
import type { Manifest } from './manifest';
import type { Weights } from './weights';

/**
 * What an object does in the routes of a release: `targets` say which pods a version is, `weights` is the one object that a
 * step changes, a `road` leads requests that come in one way, from the mesh or through a gateway, to the weights.
 */
export type Role = 'targets' | 'weights' | 'road';

/** A kind of objects that a router declares. */
export interface ObjectKind {
  readonly role: Role;
  readonly apiVersion: string;
  readonly kind: string;
  /** What the API server's addresses and its rights are made of. */
  readonly plural: string;
  /** What may come after a service's name in the name of such an object. */
  readonly suffixes: readonly string[];
}

/** One object of a service's routes. */
export interface RoutingObject<N = string> {
  readonly role: Role;
  /** What its resource is called after the service's name, such as `virtual-service`. Never changes. */
  readonly suffix: string;
  readonly manifest: Manifest<string, object, N>;
}

/** Where a service's routes live. `N` is a plain name, or an Input of one where a resource is declared. */
export interface RoutingPlace<N = string> {
  /** Default: left to the provider. */
  readonly namespace?: N;
  /** The host that callers use. Default: the service's short name, read in the object's namespace. */
  readonly host?: string;
  /** Whether requests come in from outside of the mesh as well, by routes from a gateway. Default false. */
  readonly isEntry?: boolean;
}

/** Who requests from outside of the mesh are for, and how they come in. */
export interface EntryPlace<N = string> {
  /** The name of the routes from the gateway; the gateway's own has `-gateway` after it. */
  readonly name: string;
  readonly namespace: N;
  /** Host names that the gateway answers to. */
  readonly hosts: readonly string[];
  /** Paths that are let in: exactly these, or whatever begins so. */
  readonly paths: readonly ({ readonly exact: string } | { readonly prefix: string })[];
  readonly service: string;
  readonly port: number;
  /** Whether the service is under release: then the routes from the gateway follow its weights. */
  readonly released: boolean;
}

/** Pods that are no part of the application and send requests to its services. */
export interface GatewayPods {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a proxy's configuration says of one service. */
export interface ProxyView {
  /**
   * The version that an Envoy cluster leads to: `ANY_VERSION` for the service without one, undefined for another service.
   */
  readonly versionOf: (cluster: string) => string | undefined;
}

/**
 * A routing API: how a plan is written as its objects, how weights are read back, how traffic is taken back, and what shows
 * that proxies follow.
 *
 * Everything outside of the folder of an implementation goes by this interface; no field of an API's objects is named
 * elsewhere. An implementation is one folder here and one line in the registry.
 */
export interface TrafficRouter {
  /** Every kind of object that the routes of a release are made of: rights, addresses, drift. */
  readonly kinds: readonly ObjectKind[];
  /** The objects of a step, in the order in which they are declared: what a route points at comes before the route. */
  readonly render: <N = string>(
    plan: StepPlan,
    release: Release,
    place?: RoutingPlace<N>,
  ) => readonly RoutingObject<N>[];
  /** The same for a service that is not under release. What points at what a release leaves behind comes first. */
  readonly renderPolicy: <N = string>(
    service: string,
    policy: RoutePolicy,
    place?: RoutingPlace<N>,
  ) => readonly RoutingObject<N>[];
  /** The way in from outside of the mesh: the gateway, then the routes from it to the service that requests enter by. */
  readonly renderEntry: <N>(
    entry: EntryPlace<N>,
  ) => readonly [Manifest<string, object, N>, Manifest<string, object, N>];
  /**
   * The weights for requests that no match singles out, from the spec of an object whose role is `weights`, as the cluster
   * or the state gives it. Undefined where it cannot be read.
   */
  readonly weightsOf: (spec: unknown) => Weights | undefined;
  /** Every version that such a spec sends requests or copies to, by whatever rule. */
  readonly mentionedIn: (spec: unknown) => readonly string[];
  /** The same object with the smallest change that takes all weight back to the stable version. */
  readonly back: (applied: Manifest, stable: string) => Manifest;
  /** The pods by which requests come in from outside. */
  readonly gatewayPods: GatewayPods;
  /** How a proxy's clusters are read. `namespace` is the service's. */
  readonly proxies: (service: string, namespace: string) => ProxyView;
}
