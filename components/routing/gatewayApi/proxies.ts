import type { ProxyView } from '../router';
import { versionOfService } from './names';

/**
 * Each version is a cluster of its own Service: `outbound|9080||reviews-v2.bookinfo.svc.cluster.local`. The Services of the
 * versions have virtual hosts of their own as well, for callers who name them: those say nothing of the weights.
 */
export function proxies(service: string, namespace: string): ProxyView {
  const end = `.${namespace}.svc`;
  /** The version that a full host name in whatever domain stands for. */
  const versionAt = (host: string): string | undefined => {
    const at = host.indexOf(end);
    const isWhole = at >= 0 && (host.length === at + end.length || /^[.:]/.test(host.slice(at + end.length)));
    return isWhole ? versionOfService(service, host.slice(0, at)) : undefined;
  };
  const isOther = (domain: string): boolean => {
    const host = domain.replace(/:\d+$/, '');
    return host.includes(end) && host.slice(0, host.indexOf(end)) !== service;
  };
  return {
    isHost: (domains) => !domains.some(isOther),
    versionOf: (cluster) => versionAt(cluster.split('|')[3] ?? ''),
  };
}
