import { existsSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
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

async function load(config: ProviderConfig): Promise<KubeConfig> {
  // Only this file of the client library: the whole of it costs several times as much start-up time.
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const kubeconfig = new KubeConfig();
  const given = config.kubeconfig;
  if (given === undefined) {
    const inDefaultPlace =
      process.env['KUBECONFIG'] ||
      existsSync(join(homedir(), '.kube', 'config')) ||
      process.env['KUBERNETES_SERVICE_HOST'];
    if (!inDefaultPlace) {
      throw new ProviderError(
        'no kubeconfig: set KUBECONFIG, or the stack config kubernetes:kubeconfig, or write ~/.kube/config',
      );
    }
    kubeconfig.loadFromDefault();
  } else if (/^\s*[{#]|\n|^apiVersion:/.test(given)) kubeconfig.loadFromString(given);
  else if (given.includes(':') && !existsSync(given)) {
    // A list of files, as in the environment variable.
    const files = given.split(':').filter((file) => file !== '' && existsSync(file));
    if (files.length === 0) throw new ProviderError(`none of the kubeconfig files ${given} exists`);
    files.forEach((file, index) => {
      const part = new KubeConfig();
      part.loadFromFile(file);
      if (index === 0) kubeconfig.loadFromFile(file);
      else kubeconfig.mergeConfig(part, true);
    });
  } else {
    if (!existsSync(given)) throw new ProviderError(`the kubeconfig ${given} does not exist`);
    kubeconfig.loadFromFile(given);
  }
  return kubeconfig;
}

function select(kubeconfig: KubeConfig, config: ProviderConfig): void {
  const contexts = kubeconfig.getContexts().map(({ name }) => name);
  const wanted = config.context ?? kubeconfig.getCurrentContext();
  if (!wanted || !contexts.includes(wanted)) {
    throw new ProviderError(
      `the kubeconfig has no context ${wanted ? `named ${wanted}` : 'chosen'}; it has: ${contexts.join(', ') || 'none'}`,
    );
  }
  kubeconfig.setCurrentContext(wanted);
  if (config.cluster === undefined) return;
  const context = kubeconfig.getContextObject(wanted);
  if (kubeconfig.getCluster(config.cluster) === null || context === null) {
    throw new ProviderError(`the kubeconfig has no cluster named ${config.cluster}`);
  }
  kubeconfig.addContext({ ...context, name: 'pulumi-selected', cluster: config.cluster });
  kubeconfig.setCurrentContext('pulumi-selected');
}

/** Opens the kubeconfig the provider's configuration names and says how to reach its API server. */
export async function connect(config: ProviderConfig): Promise<Connection> {
  const kubeconfig = await load(config);
  select(kubeconfig, config);
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
    namespace:
      config.namespace ??
      (kubeconfig.getContextObject(kubeconfig.getCurrentContext())?.namespace || 'default'),
    requestOptions: async () => {
      if (current === undefined || Date.now() > current.until) {
        current = { target: await renew(), until: Date.now() + CREDENTIALS_LIVE_MS };
      }
      return current.target;
    },
  };
}
