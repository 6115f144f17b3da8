import type { V1Pod } from '@kubernetes/client-node';
import type { KubernetesPrometheusConf, ScrapeInstance } from '../collectors/schema';
import { goDurationMs, within } from '../duration';
import { fillPlaceholder } from './placeholders';
import { cutName, type Target } from './target';

/** DataKit's own. */
const defaultIntervalMs = 30_000;
const timeoutMs = 30_000;
/** After this many failures in a row a task is removed until its object changes. */
const giveUpAfter = 10;

function tagsOf(
  pod: V1Pod,
  wanted: Readonly<Record<string, string>>,
  mate: { readonly instance: string; readonly host: string },
): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const [tag, value] of Object.entries(wanted)) {
    if (value === '__kubernetes_mate_instance') tags[tag] = mate.instance;
    else if (value === '__kubernetes_mate_host') tags[tag] = mate.host;
    else {
      const filled = fillPlaceholder(value, pod);
      if (filled !== undefined) tags[tag] = filled;
    }
  }
  return tags;
}

/** The target that an instance of `kubernetesprometheus` finds in a pod; undefined where it finds none. */
export function podTarget(
  conf: KubernetesPrometheusConf,
  instance: ScrapeInstance,
  pod: V1Pod,
): Target | undefined {
  const fill = (value: string | undefined, otherwise: string) => fillPlaceholder(value ?? otherwise, pod);
  const host = pod.status?.podIP;
  const port = fill(instance.port, '');
  if (!host || !port || fill(instance.scrape, 'true') !== 'true') return undefined;
  const scheme = fill(instance.scheme, 'http') || 'http';
  const path = fill(instance.path, '/metrics') || '/metrics';
  const query = instance.params ? `?${instance.params}` : '';
  const { measurement, tags = {} } = instance.custom ?? {};
  const interval = conf.scrape_interval === undefined ? undefined : goDurationMs(conf.scrape_interval);
  const name = `${pod.metadata?.namespace ?? ''}/${pod.metadata?.name ?? ''}`;
  const url = `${scheme}://${host}:${port}${path}${query}`;
  return {
    id: ['kubernetesprometheus', pod.metadata?.uid ?? '', url].join(' '),
    by: 'kubernetesprometheus',
    url,
    intervalMs: within(interval ?? defaultIntervalMs, 1000, 300_000),
    timeoutMs,
    headers: instance.http_headers ?? {},
    owner: name,
    service: pod.metadata?.labels?.['app'] ?? '',
    keep: () => true,
    place: (metric) => {
      if (measurement === undefined) return cutName(metric);
      if (conf.keep_exist_metric_name !== false) return { measurement, field: metric };
      return { measurement, field: cutName(metric).field };
    },
    tags: { ...conf.global_tags, ...tagsOf(pod, tags, { instance: `${host}:${port}`, host }) },
    tagsIgnore: new Set(),
    giveUpAfter,
  };
}
