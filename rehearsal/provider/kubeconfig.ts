import http from 'node:http';
import https from 'node:https';
import { loadKubeConfig } from '../../release/cluster/kubeConfig';
import type { ProviderConfig } from './config';
import { ProviderError } from './errors';

/** Exec plugins and token files hand out short-lived credentials; asking again this often is cheap and early enough. */
const CREDENTIALS_LIVE_MS = 60_000;

interface Target {
  readonly server: URL;
  readonly options: http.RequestOptions;
}

export interface Connection {
  /** The namespace of objects that name none. */
  readonly namespace: string;
  requestOptions(): Promise<Target>;
}

/**
 * Opens the kubeconfig that the provider's configuration names and says how to reach its API server. Which cluster that is,
 * the release command decides by the same rules, those of the official provider.
 */
export async function connect(config: ProviderConfig): Promise<Connection> {
  // The engine's plugins run in the program's folder, and with their own variables.
  const place = { env: process.env, folder: process.cwd() };
  const kubeconfig = await loadKubeConfig(config, place).catch((thrown: unknown) => {
    throw new ProviderError((thrown as Error).message);
  });
  const cluster = kubeconfig.getCurrentCluster();
  if (cluster === null) throw new ProviderError('the kubeconfig context names a cluster that is not in it');
  const server = new URL(cluster.server);
  let agent: http.Agent | undefined;
  let current: { target: Target; until: number } | undefined;

  const renew = async (): Promise<Target> => {
    const options: https.RequestOptions = {};
    await kubeconfig.applyToHTTPSOptions(options);
    if (cluster.proxyUrl !== undefined) return { server, options };
    const { ca, cert, key, rejectUnauthorized, servername } = options;
    agent ??=
      server.protocol === 'https:'
        ? new https.Agent({ keepAlive: true, maxSockets: 16, ca, cert, key, rejectUnauthorized, servername })
        : new http.Agent({ keepAlive: true, maxSockets: 16 });
    return { server, options: { headers: options.headers, auth: options.auth, agent } };
  };

  return {
    namespace: kubeconfig.getContextObject(kubeconfig.getCurrentContext())?.namespace ?? 'default',
    requestOptions: async () => {
      if (current === undefined || Date.now() > current.until) {
        current = { target: await renew(), until: Date.now() + CREDENTIALS_LIVE_MS };
      }
      return current.target;
    },
  };
}
