import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { isLoopback } from './secrets';

/** Certificates of an exchange, in PEM. */
export interface Tls {
  /** Authorities that are trusted on top of none other: a server of a private one. Default: Node's own list. */
  readonly ca?: string;
  /** What this side shows the server, with its key. */
  readonly cert?: string;
  readonly key?: string;
}

const made = new Map<string, Dispatcher>();

/**
 * The way to a server: through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name, in capitals or small letters, as
 * curl, Go and the Pulumi engine take it. What is on this machine is never asked through a proxy (Go's
 * http.ProxyFromEnvironment), for a listener on loopback is reached from nowhere else.
 */
export function dispatcherTo(url: string, tls: Tls = {}): Dispatcher {
  const direct = isLoopback(url);
  const { env } = process;
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].map(
    (name) => env[name.toLowerCase()] ?? env[name] ?? '',
  );
  const key = JSON.stringify([direct, direct ? [] : proxies, tls.ca, tls.cert, tls.key]);
  const known = made.get(key);
  if (known !== undefined) return known;
  const [httpProxy, httpsProxy, noProxy] = proxies;
  const own = direct || (httpProxy === '' && httpsProxy === '');
  const dispatcher = own
    ? new Agent({ connect: { ...tls } })
    : new EnvHttpProxyAgent({
        ...{ httpProxy, httpsProxy, noProxy, connect: { ...tls }, requestTls: { ...tls } },
        // What goes in the clear is asked of the proxy as a whole address, as curl does: not every proxy tunnels to port 80.
        proxyTunnel: false,
      });
  made.set(key, dispatcher);
  return dispatcher;
}
