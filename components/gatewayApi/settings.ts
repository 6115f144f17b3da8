/** How the definitions of the Gateway API get into the cluster. */
export interface GatewayApiSettings {
  /** Its version. Default: `DEFAULT_VERSION`. */
  readonly version?: string;
  /**
   * The definitions: a file, a folder of files, or an https address. Default: the standard channel of the version as its
   * project publishes it.
   */
  readonly crds?: string;
}

/**
 * What Istio 1.31 was written for (go.mod of istio/istio). istiod takes no notice of older TCPRoutes, and of TLSRoutes before
 * 1.5.0.
 */
export const DEFAULT_VERSION = '1.6.0';

/** Where the project publishes the standard channel of a version. */
export const releaseAddress = (version: string): string =>
  `https://github.com/kubernetes-sigs/gateway-api/releases/download/v${version}/standard-install.yaml`;
