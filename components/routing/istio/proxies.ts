import type { ProxyView } from '../router';
import { ANY_VERSION } from '../weights';

/** A subset is a cluster of its own: `outbound|9080|v2|reviews.bookinfo.svc.cluster.local`. */
export function proxies(service: string, namespace: string): ProxyView {
  // What the cluster's domain is does not matter.
  const host = `${service}.${namespace}.svc`;
  return {
    // Subsets have no virtual host of their own.
    isHost: () => true,
    versionOf: (cluster) => {
      const [, , subset = '', leadsTo = ''] = cluster.split('|');
      if (leadsTo !== host && !leadsTo.startsWith(`${host}.`)) return undefined;
      return subset === '' ? ANY_VERSION : subset;
    },
  };
}
