/**
 * Who counted what: labels of a series read as the proxy that counted, the copy of it that was stored, and the counter.
 *
 * One proxy's counters are often stored twice: two Prometheus servers scrape the same targets (their external labels
 * tell them apart behind Thanos or Mimir, docs/components/query.md of thanos-io/thanos), or two jobs scrape its ports
 * 15020 and 15090. Whoever adds copies up counts every request twice.
 */
export interface Identity {
  readonly proxy: string;
  readonly copy: string;
  readonly counter: string;
}

const podLabels = ['pod', 'pod_name', 'kubernetes_pod_name', 'k8s_pod_name'];
const namespaceLabels = [
  'namespace',
  'pod_namespace',
  'kubernetes_namespace',
  'k8s_namespace',
  'k8s_namespace_name',
];

/** Labels that scrapers and stores add, which say who stored a sample and nothing of what was counted. */
const COPY_LABELS: readonly string[] = [
  ...['job', 'instance', 'endpoint', 'container', 'service', 'metrics_path', 'host'],
  ...['prometheus', 'prometheus_replica', 'replica', '__replica__', 'monitor'],
  ...['thanos_replica', 'receive_replica', 'rule_replica', 'ruler_replica'],
];

/** Both ports of a sidecar that serve its statistics. */
const istioPorts = /:(?:15020|15090)$/;

const firstOf = (labels: Readonly<Record<string, string>>, names: readonly string[]): string | undefined =>
  names.find((name) => (labels[name] ?? '') !== '');

/**
 * Makes the reader of identities. A bound is compared as a number, for Prometheus 3 stores `le="1.0"` where 2 stored `1`
 * (prometheus/prometheus docs/migration.md): it is one counter under two spellings.
 * @param replicaLabels Labels that tell copies apart in this installation, on top of the usual ones.
 * @param boundLabel The label of a bucket's bound.
 */
export function identifier(replicaLabels: readonly string[] = [], boundLabel = 'le') {
  const copyLabels = new Set([...COPY_LABELS, ...replicaLabels]);
  return (labels: Readonly<Record<string, string>>): Identity => {
    const pod = firstOf(labels, podLabels);
    const space = pod === undefined ? undefined : firstOf(labels, namespaceLabels);
    const proxy =
      pod === undefined
        ? (labels['instance'] ?? labels['host'] ?? '').replace(istioPorts, '')
        : `${labels['cluster'] ?? ''}/${space === undefined ? '' : labels[space]!}/${labels[pod]!}`;
    const copy: string[] = [];
    const counter: string[] = [];
    for (const name of Object.keys(labels).sort()) {
      const value = labels[name]!;
      if (name === pod || name === space) continue;
      if (copyLabels.has(name)) copy.push(`${name}=${value}`);
      else
        counter.push(
          `${name}=${name === boundLabel ? String(Number(value.replace(/^\+?Inf$/i, 'Infinity'))) : value}`,
        );
    }
    return { proxy, copy: copy.join(), counter: counter.join() };
  };
}
