import type { Release, RoutePolicy, StepPlan } from '../canary';
import type { Problem } from '../validation';
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
  /** Whether there is one for each version, named `<service>-<version>`. Default false. */
  readonly perVersion?: boolean;
  /** Fields of the spec that the API server makes up. Default: none; what it fills in otherwise is written out. */
  readonly filledIn?: readonly string[];
}

/** One object of a service's routes. */
export interface RoutingObject<N = string> {
  readonly role: Role;
  /** What its resource is called after the service's name, such as `virtual-service`. Never changes. */
  readonly suffix: string;
  readonly manifest: Manifest<string, object, N>;
}

/** A port of a service, as Kubernetes has it. */
export interface RoutePort {
  readonly name?: string;
  readonly port: number;
  /** The port of the pods. Default: `port`. */
  readonly targetPort?: number;
  /** TCP or UDP. Default TCP. */
  readonly protocol?: string;
  readonly appProtocol?: string;
}

/** Where a service's routes live. `N` is a plain name, or an Input of one where a resource is declared. */
export interface RoutingPlace<N = string> {
  /** Default: left to the provider. */
  readonly namespace?: N;
  /** The host that callers use. Default: the service's short name, read in the object's namespace. */
  readonly host?: string;
  /** Whether requests come in from outside of the mesh as well, by routes from a gateway. Default false. */
  readonly isEntry?: boolean;
  /** The way in from outside of the mesh, for routes that come in by it themselves. Default: none. */
  readonly entry?: EntryPlace<N>;
  /** The ports of the service, for routing APIs that name them. Default: not known. */
  readonly ports?: readonly RoutePort[];
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
  /** The name of the gateway where it stands in a namespace that several applications share. Default: as above. */
  readonly gateway?: string;
}

/** Pods that are no part of the application and send requests to its services. */
export interface GatewayPods {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a proxy's configuration says of one service. */
export interface ProxyView {
  /** Whether a virtual host may lead to the service by its weights, by the domains that it answers to. */
  readonly isHost: (domains: readonly string[]) => boolean;
  /**
   * The version that an Envoy cluster leads to: `ANY_VERSION` for the service without one, undefined for another service.
   */
  readonly versionOf: (cluster: string) => string | undefined;
}

/** What is routed: a release, or the routes of a service that is not under release. */
export type Routed = RoutePolicy & Partial<Pick<Release, 'match' | 'mirror' | 'sticky'>>;

/** Where it stands, and what is known of the service. */
export interface RoutedAt {
  /** How the place is called in problems, such as `bookinfo:release`. */
  readonly path: string;
  /** The ports of the service. Left out where they are not looked at. */
  readonly ports?: readonly RoutePort[];
  /** Paths that are let in from outside, where the service is the one that requests enter by. */
  readonly entry?: Pick<EntryPlace, 'paths'>;
  /** The services that call it in the mesh. */
  readonly callers?: readonly string[];
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
  /** What has to be installed in the cluster, in words. */
  readonly needs: string;
  /** What of a release or a route policy this API cannot express, each with what to do instead. */
  readonly problems: (routed: Routed, at: RoutedAt) => readonly Problem[];
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
  /**
   * The way in from outside of the mesh: the gateway, then the routes from it to the service that requests enter by, where those
   * of the service do not take them themselves.
   */
  readonly renderEntry: <N>(
    entry: EntryPlace<N>,
  ) => readonly [Manifest<string, object, N>, ...Manifest<string, object, N>[]];
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
  /** What people should know before they take a step, in words. Left out where there is nothing to be said. */
  readonly note?: string;
  /** The Service that callers' metrics name for requests to a version. Left out where it is the service's own. */
  readonly serviceOf?: (service: string, version: string) => string;
}
