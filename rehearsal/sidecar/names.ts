import { CoreV1Api, DiscoveryV1Api, type KubeConfig } from '@kubernetes/client-node';
import { isIP } from 'node:net';
import { addresses } from '../platform/addresses';

/** How long a name's addresses are used before they are asked for again: what CoreDNS tells its clients by default. */
const ttlMs = 5000;

interface Known {
  readonly until: number;
  readonly addresses: Promise<readonly string[]>;
}

/** A Service as far as a name server looks at it. */
export interface NamedService {
  /** `None` for a headless Service. */
  readonly clusterIP?: string;
  /** The addresses of its ready endpoints. */
  readonly endpoints: () => Promise<readonly string[]>;
}

/** @returns undefined where there is no such Service */
export type FindService = (namespace: string, name: string) => Promise<NamedService | undefined>;

/**
 * Plays the cluster's name server for the stand-ins: a Service's name leads to its cluster address, a headless one's to its
 * endpoints, and any other name with a dot in it to an address outside of the cluster, at which nothing is.
 */
export class Names {
  private readonly known = new Map<string, Known>();

  constructor(private readonly find: FindService) {}

  /** @param namespace the caller's, which short names are looked up in @throws for a name that does not exist */
  async resolve(host: string, namespace: string): Promise<string> {
    if (isIP(host)) return host;
    const found = await this.remembered(host, namespace);
    const address = found[Math.floor(Math.random() * found.length)];
    if (address === undefined) throw new Error(`getaddrinfo ENOTFOUND ${host}`);
    return address;
  }

  private remembered(host: string, namespace: string): Promise<readonly string[]> {
    const key = `${namespace}/${host}`;
    const known = this.known.get(key);
    if (known && known.until > Date.now()) return known.addresses;
    const looked = this.look(host, namespace);
    this.known.set(key, { until: Date.now() + ttlMs, addresses: looked });
    looked.catch(() => this.known.delete(key));
    return looked;
  }

  private async look(host: string, namespace: string): Promise<readonly string[]> {
    const match = /^([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?)?\.?$/.exec(host);
    const service = match && (await this.find(match[2] ?? namespace, match[1] ?? ''));
    if (!service) return host.includes('.') && !/\.cluster\.local\.?$/.test(host) ? [addresses.outside] : [];
    const { clusterIP } = service;
    return clusterIP !== undefined && clusterIP !== 'None' && clusterIP !== ''
      ? [clusterIP]
      : service.endpoints();
  }
}

/** Looks Services up in the API server. */
export function clusterServices(kubeConfig: KubeConfig): FindService {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const discovery = kubeConfig.makeApiClient(DiscoveryV1Api);
  return async (namespace, name) => {
    try {
      const { spec } = await core.readNamespacedService({ namespace, name });
      return {
        clusterIP: spec?.clusterIP,
        endpoints: async () => {
          const labelSelector = `kubernetes.io/service-name=${name}`;
          const { items } = await discovery.listNamespacedEndpointSlice({ namespace, labelSelector });
          return items.flatMap(({ endpoints }) =>
            endpoints
              .filter(({ conditions }) => conditions?.ready !== false)
              .flatMap((endpoint) => endpoint.addresses),
          );
        },
      };
    } catch (error) {
      if ((error as { code?: number }).code === 404) return undefined;
      throw error;
    }
  };
}
