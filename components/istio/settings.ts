import type { Quantities, Replicas, Resources } from './resources';

export type { Quantities, Replicas, Resources };

/** Where the API server finds the webhooks of an istiod that runs outside of the cluster. */
export interface WebhookUrls {
  /** e.g. `https://127.0.0.2:15017/inject` */
  readonly injectionUrl: string;
  /** e.g. `https://127.0.0.2:15017/validate` */
  readonly validationUrl: string;
}

/** One control plane. Its name becomes part of the names of its objects, and `default` stands for the one without. */
export interface RevisionSettings {
  /** Version of its chart and image. Default: the version of the whole installation. */
  readonly version?: string;
  /** A folder with its charts. Default: the charts of the whole installation. */
  readonly charts?: string;
  /** Default: the webhooks of the whole installation. */
  readonly webhooks?: WebhookUrls;
}

/** A name that namespaces are labelled with, so that they need not be labelled anew when the control plane changes. */
export interface TagSettings {
  /** Default `stable`. */
  readonly name?: string;
  /** The revision that the tag points at. Moving it is one line; pods change over when they are restarted. */
  readonly revision: string;
}

export interface IstiodSettings {
  /** Default 1. */
  readonly replicas?: Replicas;
  /** Default: the chart's, requests of 500m and 2Gi. */
  readonly resources?: Resources;
}

export interface SidecarSettings {
  /** Default: the chart's, requests of 100m and 128Mi, limits of 2 and 1Gi. */
  readonly resources?: Resources;
  /** The application's containers start when the proxy is ready, so that no early call fails. Default true. */
  readonly holdApplication?: boolean;
}

/** Istio's node plugin, which redirects traffic so that pods need no NET_ADMIN. */
export interface CniSettings {
  /** Where the container runtime keeps its plugins. Default /opt/cni/bin. */
  readonly binDir?: string;
  /** Where the container runtime reads its network configuration. Default /etc/cni/net.d. */
  readonly confDir?: string;
}

export interface GatewaySettings {
  /** Default: `LoadBalancer` for the way in, `ClusterIP` for the way out. */
  readonly serviceType?: 'LoadBalancer' | 'NodePort' | 'ClusterIP';
  /** Port of every node that leads to HTTP, 30000 to 32767. Default: the cluster chooses. */
  readonly httpNodePort?: number;
  /** `Local` keeps the client's address and sends no request to another node. Default: the cluster's, `Cluster`. */
  readonly externalTrafficPolicy?: 'Cluster' | 'Local';
  /** Annotations of the Service, which clouds read the kind of load balancer from. Default: none. */
  readonly serviceAnnotations?: Readonly<Record<string, string>>;
  /** Default 1. */
  readonly replicas?: Replicas;
  /** Default: the chart's, requests of 100m and 128Mi, limits of 2 and 1Gi. */
  readonly resources?: Resources;
}

export interface TracingSettings {
  /** Default true. */
  readonly enabled?: boolean;
  /** Share of requests that are traced, per cent, at steps of 0.01. Default 100, as in Istio's demo profile. */
  readonly sampling?: number;
  /** Intake of Zipkin spans, `host:port`. Default: DataKit's Service. */
  readonly address?: string;
  /** Name of the provider in the mesh configuration. Default `datakit`. */
  readonly provider?: string;
  /**
   * Tags on the spans of proxies whose pods have none of their own, the gateways above all. A pod's own tags replace
   * these and are not added to them. Default: none.
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** How Istio is installed. */
export interface IstioSettings {
  /** Version of every chart and image. Default: `DEFAULT_VERSION`. */
  readonly version?: string;
  /** Registry and folder of the images. Default docker.io/istio. */
  readonly hub?: string;
  /**
   * A folder with the charts, absolute or relative to where the program runs: that of Istio's source tree or release
   * archive (manifests/charts), or one with base, istiod, cni and gateway in it. Default: the chart repository.
   */
  readonly charts?: string;
  /** Address of a chart repository. Default: Istio's own. */
  readonly repository?: string;
  /** Control planes by name, two during an upgrade. Default: the one named `default`. */
  readonly revisions?: Readonly<Record<string, RevisionSettings>>;
  /** Needed where there are several revisions. */
  readonly tag?: TagSettings;
  readonly istiod?: IstiodSettings;
  readonly sidecar?: SidecarSettings;
  /** `false` leaves the plugin out: pods then need NET_ADMIN, which Pod Security `restricted` does not admit. Default on. */
  readonly cni?: CniSettings | false;
  /** The way in. `false` leaves it out. */
  readonly gateway?: GatewaySettings | false;
  /** The way out. Default: left out. */
  readonly egressGateway?: GatewaySettings | false;
  readonly tracing?: TracingSettings;
  /**
   * The Service `zipkin` in Istio's namespace, an alias of the tracing address, for proxies of old installations whose
   * bootstrap sends spans there. Never a provider's address: current Istio resolves aliases and makes no cluster for
   * them, so that a gateway which is told to use one serves nothing. Default false.
   */
  readonly legacyZipkin?: boolean;
  /** The access log of every proxy, one JSON object a line, with trace ids. Default true. */
  readonly accessLog?: boolean;
  /** Proxies use mTLS with each other without being told. Default true. */
  readonly autoMtls?: boolean;
  /** Istio's own metrics, `istio_requests_total` and its kin. Default true. */
  readonly metrics?: boolean;
  /** For an istiod that runs outside of the cluster. Default: by istiod's Service. */
  readonly webhooks?: WebhookUrls;
  /**
   * Namespaces istiod looks at: those labelled for injection, its own, that of the tracing address and
   * `discoveredNamespaces` (`mesh`), or all (`cluster`). It writes a ConfigMap into each, which outlives it where the
   * namespace does. Default `mesh`.
   */
  readonly discovery?: 'mesh' | 'cluster';
  /** Further namespaces istiod looks at under `mesh`: those whose services proxies are to know. Default: none. */
  readonly discoveredNamespaces?: readonly string[];
}

/** The version whose charts and code the settings here were read in. */
export const DEFAULT_VERSION = '1.31.1';
export const DEFAULT_HUB = 'docker.io/istio';
export const DEFAULT_REPOSITORY = 'https://istio-release.storage.googleapis.com/charts';
/** DataKit's own Service. */
export const DEFAULT_TRACING_ADDRESS = 'datakit-service.datakit.svc.cluster.local:9529';
/** The name of the control plane whose objects bear no name of a revision. */
export const DEFAULT_REVISION = 'default';
