import type { Routing } from '../canary/pure';

/** The accounts of a pipeline, as a stack's config says them. */
export interface AccessSettings {
  /** The namespace that the accounts live in; nothing runs there. Default `pipeline`. */
  readonly namespace?: string;
  /**
   * The services whose releases may be stepped. Default: those of Bookinfo.
   */
  readonly services?: readonly string[];
  /**
   * Whether the release's account may read the callers' proxies through the API server, which gates and convergence do where
   * `bookinfo:metrics` names `envoy`: GET of `pods/proxy` for statistics, and `pods/portforward` for Envoy's admin port, which
   * Istio binds to loopback. A port-forward leads to every port of the namespace's pods. Default false.
   */
  readonly readProxies?: boolean;
  /** The routing APIs that the releases go by: the accounts get the rights to their objects. Default `[virtualService]`. */
  readonly routing?: readonly Routing[];
}

export type ResolvedAccess = Required<AccessSettings>;

const DEFAULT_NAMESPACE = 'pipeline';

/** Where the accounts live. */
export const accountsNamespaceOf = ({ namespace }: AccessSettings): string => namespace ?? DEFAULT_NAMESPACE;
