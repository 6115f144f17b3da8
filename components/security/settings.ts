/** A workload outside of the application that may call one of its services. It must be in the mesh: it is known by its certificate. */
export interface ExtraCaller {
  /** The service it calls. */
  readonly service: string;
  readonly namespace: string;
  /** The service account its pods run as. */
  readonly account: string;
  /** Labels of its pods, for the network policy. Default: every pod of its namespace. */
  readonly labels?: Readonly<Record<string, string>>;
  /** HTTP methods. Default GET alone. */
  readonly methods?: readonly string[];
}

/** The ingress gateway, as its chart names it. */
export interface IngressGateway {
  /** Default istio-system. */
  readonly namespace?: string;
  /** The service account of its pods. Default istio-ingressgateway. */
  readonly account?: string;
  /** Labels of its pods. Default `istio: ingressgateway`. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** How the application's namespace is closed. Everything is on by default. */
export interface SecuritySettings {
  /**
   * What is closed: `pods`, those of the application's own services, or `namespace`, every pod in it. Default: the
   * namespace, where the table describes every workload; the pods, where manifests or others do: then what else runs there
   * is not known.
   */
  readonly scope?: 'pods' | 'namespace';
  /**
   * Whether pods take plain text. Default STRICT: they do not.
   *
   * PERMISSIVE is for the time in which callers still get their sidecars. They have no name then, so `authorization` has
   * to be off as well, or it refuses them in spite of it.
   */
  readonly mtls?: 'STRICT' | 'PERMISSIVE';
  /** Whether only known callers are let in, by service account and method. Default true. */
  readonly authorization?: boolean;
  /** Whether connections are limited by address and port too, below the mesh. Default true. */
  readonly networkPolicies?: boolean;
  /**
   * Address ranges of the nodes, which is where DataKit is. Default: `PRIVATE_RANGES`, every private address, which works
   * nearly everywhere and lets any pod read the sidecars' metrics: name the nodes' own range.
   */
  readonly nodeCidrs?: readonly string[];
  /** Default cluster.local. */
  readonly trustDomain?: string;
  /** The namespace of istiod. Default istio-system. */
  readonly istiodNamespace?: string;
  readonly gateway?: IngressGateway;
  /** Resolvers that are no pods of kube-system, such as a node-local cache: `169.254.20.10/32`. Default none. */
  readonly dnsCidrs?: readonly string[];
  readonly extraCallers?: readonly ExtraCaller[];
}

/** Settings that have been checked, with every default filled in. */
export interface ResolvedSecurity extends Required<Omit<SecuritySettings, 'gateway' | 'extraCallers'>> {
  readonly gateway: Required<IngressGateway>;
  readonly extraCallers: readonly (ExtraCaller & { readonly methods: readonly string[] })[];
}

/** Private addresses: RFC 1918, and RFC 6598, from which some providers take their nodes' addresses. */
export const PRIVATE_RANGES: readonly string[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
];
