import type {
  ContainerSettings,
  DdtraceSettings,
  KubernetesPrometheusSettings,
  OpentelemetrySettings,
  ProfileSettings,
  PromCollectorSettings,
  RumSettings,
  StatsdSettings,
  ZipkinSettings,
} from './collectors';
import type { ContainerOptions, DataKitOptions } from './env';
import type { Pipeline } from './pipelines';
import type { SidecarScraping } from './scraping';

/** Collectors that get a file of their own. `false` switches off one that is on by default. */
export interface CollectorSettings {
  /** On by default: the mesh sends its spans here. */
  readonly zipkin?: ZipkinSettings | false;
  /** Exporters by name; the file is `prom_<name>.conf`. Default: istiod. */
  readonly prom?: Readonly<Record<string, PromCollectorSettings>>;
  /** The sidecars are added to its instances where `sidecarScraping` asks for it. */
  readonly kubernetesPrometheus?: KubernetesPrometheusSettings;
  /** On by default. */
  readonly container?: ContainerSettings | false;
  readonly profile?: ProfileSettings;
  readonly opentelemetry?: OpentelemetrySettings;
  readonly ddtrace?: DdtraceSettings;
  /** Without a file, DataKit's own sample is used as long as `inputs` names statsd. */
  readonly statsd?: StatsdSettings;
  readonly rum?: RumSettings;
}

/** Rights DataKit's manifest asks for and its code, version 1.84.1, shows no use of. */
interface Permissions {
  /** Reads cluster roles. Default false. */
  readonly clusterRoles?: boolean;
  /** Lets DataKit run commands in every pod, where an API server takes `get` for enough. Default false. */
  readonly podsExec?: boolean;
}

interface Quantities {
  /** Kubernetes quantity, e.g. `200m`. */
  readonly cpu: string;
  readonly memory: string;
}

interface Toleration {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** How DataKit is installed. The token is not among the settings: it is a secret and travels on its own. */
export interface DataKitSettings {
  /** Name of the cluster, by which data of several clusters are told apart; a tag on host data and on elected data. */
  readonly clusterName: string;
  /** Default `datakit`. */
  readonly namespace?: string;
  /** Default: `DEFAULT_IMAGE`. */
  readonly image?: string;
  /** Where data are sent, without the token. Default https://openway.guance.com. */
  readonly datawayUrl?: string;
  /** Tags on data of a node, beside the cluster's name. `__datakit_…` is filled in. Default: host and host_ip. */
  readonly hostTags?: Readonly<Record<string, string>>;
  /** Tags on data that one node collects for all. The cluster's name is always among them. */
  readonly electionTags?: Readonly<Record<string, string>>;
  /** Collectors that run by DataKit's own samples. Those with a file of their own are left out by themselves. */
  readonly inputs?: readonly string[];
  readonly collectors?: CollectorSettings;
  /** Who tells DataKit to scrape sidecars. Default `annotation`. */
  readonly sidecarScraping?: SidecarScraping;
  /** Where sidecars are scraped under `kubernetesprometheus`. Default: every namespace. */
  readonly sidecarNamespaces?: readonly string[];
  /** Scripts for logs by name, beside `sleuth`, `envoy` and `plain`. */
  readonly pipelines?: Readonly<Record<string, Pipeline>>;
  readonly options?: DataKitOptions;
  readonly containerOptions?: ContainerOptions;
  readonly permissions?: Permissions;
  /** Default 200m and 128Mi. */
  readonly requests?: Quantities;
  /** Default 2000m and 4Gi. */
  readonly limits?: Quantities;
  /** Default: every taint, so that no node is left out. */
  readonly tolerations?: readonly Toleration[];
  /** Nodes that may be without DataKit during an update: a number or a percentage. Default 1. */
  readonly maxUnavailable?: number | string;
  /**
   * Raise it with a new token: running pods keep the old one until they are replaced, and the checksum that replaces
   * them must not be made of the token.
   */
  readonly tokenGeneration?: number;
}

/** The version whose code the settings here were read in. */
export const DEFAULT_IMAGE = 'pubrepo.guance.com/datakit/datakit:1.84.1';
