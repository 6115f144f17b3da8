/** Where a connection to another service goes out. */
export interface Way {
  readonly address: string;
  readonly port: number;
  /** What HTTP's Host, or HTTP/2's `:authority`, says. */
  readonly authority: string;
}

/** How a pod's connections leave it. */
export interface Dial {
  /** The address that connections come from. Default: the system's choice. */
  readonly localAddress?: string;
  /** @param tcp plain bytes: nothing but the address tells a proxy where they are to go */
  way(url: URL, tcp: boolean): Way | Promise<Way>;
}

/** The port of a URL; what has none is on HTTP's. */
const portOf = (url: URL): number => Number(url.port || '80');

/**
 * What to put into Host so that a sidecar's HTTP proxy finds the route to `http://reviews:9080/...`.
 *
 * istiod names the services in that route table with their ports (`reviews:9080`) but also tells Envoy to drop the port
 * of Host before it looks a name up. Of a port written twice, one is left.
 */
export function proxyAuthority(url: URL): string {
  const port = portOf(url);
  return `${url.hostname}:${port}:${port}`;
}

/**
 * Through the HTTP proxy of one Envoy on 127.0.0.1, as a connection would that iptables had redirected to it. Without
 * redirection plain bytes go to the Service's own port there, where every Envoy listens.
 */
export const proxyDial = (proxyPort: number): Dial => ({
  way: (url, tcp) => ({
    address: '127.0.0.1',
    port: tcp ? portOf(url) : proxyPort,
    authority: proxyAuthority(url),
  }),
});
