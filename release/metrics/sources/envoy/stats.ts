import type { Counter } from '../../counting/reading';
import { counterValue } from '../../counting/value';
import type { MetricNames } from '../../meaning/names';
import type { Scope } from '../../model';
import { NotExposition, samplesOf, type TextSample } from '../../prometheusText';
import { readJson, SourceTrouble } from '../../trouble';
import { z } from 'zod';

/** What one proxy counted since it started. */
export interface ProxyReading {
  /** Seconds since the proxy started; undefined where it does not say. */
  readonly uptime?: number;
  readonly requests: readonly Counter[];
  /** Cumulative. */
  readonly buckets: readonly Counter[];
}

/** Longer names are no statistics of Envoy's clusters; expressions are not tried on them. */
const LONGEST_NAME = 1_000;

/** Statistics of clusters; everything else an Envoy has would be megabytes. */
export const CLUSTER_FILTER = '^(cluster\\.outbound\\|.*upstream_rq_(time|total|[1-5]xx)|server\\.uptime)$';

/** The metrics of Istio's filter, which a stock sidecar keeps; a proxy's own names are not those of its Prometheus text. */
export const ISTIO_FILTER = 'istio_requests_total|istio_request_duration_milliseconds|server\\.uptime';

/** How the counters that are made here of cluster statistics are read. */
export const clusterNames = (): MetricNames => ({
  ...{ requests: 'upstream_rq_xx', buckets: 'upstream_rq_time', boundLabel: 'le', boundUnitMs: 1 },
  ...{ versionLabel: 'version', codeLabel: 'class', unknownVersions: [], selector: {}, dropped: [] },
});

/** `outbound|9080|v2|reviews.prod.svc.cluster.local`, with or without the `;` that newer Istio ends it with. */
const clusterForm = /^outbound\|\d+\|([^|]*)\|([^;|]+);?$/;

/** Envoy counts the same requests once more by origin, zone and retry, under names that go on after the host's. */
const onceMore = /[._](?:external|internal|canary|retry)$|[._]zone[._]/;

function isHost(host: string, { service, namespace }: Scope): boolean {
  const [name, space] = host.split('.', 2);
  if (onceMore.test(host)) return false;
  return name === service && (namespace === undefined || space === undefined || space === namespace);
}

/** Gathers what a proxy says of the clusters of a scope's versions. */
class Clusters {
  readonly requests: Counter[] = [];
  readonly buckets: Counter[] = [];
  private readonly seen = new Map<string, { classes: boolean; last: number; total: number }>();
  constructor(private readonly scope: Scope) {}

  private versionOf(cluster: string): string | undefined {
    if (cluster.length > LONGEST_NAME) return undefined;
    const [, version = '', host = ''] = clusterForm.exec(cluster) ?? [];
    return this.scope.versions.includes(version) && isHost(host, this.scope) ? version : undefined;
  }

  private note(version: string) {
    const known = this.seen.get(version) ?? { classes: false, last: -Infinity, total: 0 };
    this.seen.set(version, known);
    return known;
  }

  counter(cluster: string, kind: string, value: unknown, what: string): void {
    const version = this.versionOf(cluster);
    if (version === undefined) return;
    const noted = this.note(version);
    if (kind === 'total') return;
    noted.classes = true;
    this.requests.push({ labels: { version, class: kind }, value: counterValue(value, what) });
  }

  bucket(cluster: string, bound: number, value: unknown, what: string): void {
    const version = this.versionOf(cluster);
    if (version === undefined) return;
    const noted = this.note(version);
    const count = counterValue(value, what);
    if (bound > noted.last) Object.assign(noted, { last: bound, total: count });
    this.buckets.push({ labels: { version, le: bound === Infinity ? '+Inf' : String(bound) }, value: count });
  }

  /** A cluster that is there and had no answer counts as zero; a histogram without its last bucket gets it. */
  finish(): Pick<ProxyReading, 'requests' | 'buckets'> {
    for (const [version, { classes, last, total }] of this.seen) {
      if (!classes) this.requests.push({ labels: { version, class: '2' }, value: 0 });
      // Envoy's JSON leaves the bucket without bound out; nothing takes longer than its last, an hour.
      if (last !== -Infinity && last !== Infinity)
        this.buckets.push({ labels: { version, le: '+Inf' }, value: total });
    }
    return { requests: this.requests, buckets: this.buckets };
  }
}

const scalar = z.object({ name: z.string(), value: z.union([z.number(), z.string()]) });
const histograms = z.object({
  histograms: z.array(
    z.object({
      name: z.string(),
      buckets: z.array(z.object({ upper_bound: z.number(), cumulative: z.number() })),
    }),
  ),
});
const statsSchema = z.object({ stats: z.array(z.unknown()) });

const CLUSTER = 'cluster.';
const counterEnd = /^(.{1,980})\.upstream_rq_(?:(total)|([1-5])xx)$/;
const TIME_END = '.upstream_rq_time';

/** Reads `/stats?format=json&histogram_buckets=cumulative`. @throws SourceTrouble */
export function readStatsJson(text: string, scope: Scope, what: string): ProxyReading {
  const clusters = new Clusters(scope);
  let uptime: number | undefined;
  for (const entry of readJson(text, statsSchema, what).stats) {
    const one = scalar.safeParse(entry);
    const { name } = one.data ?? {};
    if (one.success && name !== undefined) {
      if (name === 'server.uptime') uptime = counterValue(one.data.value, what);
      if (!name.startsWith(CLUSTER) || name.length > LONGEST_NAME) continue;
      const [, cluster = '', total, digit] = counterEnd.exec(name.slice(CLUSTER.length)) ?? [];
      if (cluster !== '') clusters.counter(cluster, total ?? digit ?? '', one.data.value, what);
      continue;
    }
    const several = histograms.safeParse(entry);
    if (!several.success)
      throw new SourceTrouble('garbage', `${what} sent something else than documented: stats`);
    for (const { name: whole, buckets } of several.data.histograms) {
      if (!whole.startsWith(CLUSTER) || !whole.endsWith(TIME_END)) continue;
      const cluster = whole.slice(CLUSTER.length, -TIME_END.length);
      for (const bucket of buckets) clusters.bucket(cluster, bucket.upper_bound, bucket.cumulative, what);
    }
  }
  return { uptime: uptimeOf(uptime, what), ...clusters.finish() };
}

/** The samples of a text. @throws SourceTrouble where it is none of the format's */
function* readText(text: string, wanted: (name: string) => boolean, what: string): Generator<TextSample> {
  try {
    yield* samplesOf(text, wanted);
  } catch (thrown) {
    if (!(thrown instanceof NotExposition)) throw thrown;
    throw new SourceTrouble('garbage', `${what} sent something else than Prometheus' text format`);
  }
}

const UPTIME = 'envoy_server_uptime';
const PREFIX = 'envoy_cluster_';
const kindEnds = ['upstream_rq_xx', 'upstream_rq_total', 'upstream_rq_time_bucket'] as const;

/** Reads cluster statistics of `/stats?format=prometheus`. @throws SourceTrouble */
export function readStatsPrometheus(text: string, scope: Scope, what: string): ProxyReading {
  const clusters = new Clusters(scope);
  let uptime: number | undefined;
  const wanted = (name: string) =>
    name === UPTIME ||
    (name.length <= LONGEST_NAME && name.startsWith(PREFIX) && kindEnds.some((end) => name.endsWith(end)));
  for (const { name, labels, value } of readText(text, wanted, what)) {
    if (name === UPTIME) {
      uptime = counterValue(value, what);
      continue;
    }
    const kind = kindEnds.find((end) => name.endsWith(end))!;
    // Without Istio's tag rules the host's rest is in the metric's name instead of the tag.
    const rest = name.slice(PREFIX.length, -kind.length).replace(/_{1,8}$/, '');
    if (onceMore.test(`_${rest}`)) continue;
    const tag = labels['envoy_cluster_name'] ?? '';
    const cluster = rest === '' || tag.includes('.') ? tag : `${tag}.${rest.replaceAll('_', '.')}`;
    if (kind === 'upstream_rq_time_bucket') {
      const le = labels['le'] ?? '';
      clusters.bucket(cluster, /^\+?Inf$/.test(le) ? Infinity : Number(le), value, what);
    } else {
      const digit = labels['envoy_response_code_class'] ?? '';
      clusters.counter(cluster, kind === 'upstream_rq_total' ? 'total' : digit, value, what);
    }
  }
  return { uptime: uptimeOf(uptime, what), ...clusters.finish() };
}

/** Whether labels are what a selector asks for. */
const isChosen = (labels: Readonly<Record<string, string>>, { selector }: MetricNames): boolean =>
  Object.entries(selector).every(([label, value]) => [value].flat().includes(labels[label] ?? ''));

/** Reads Istio's metrics of a sidecar's `/stats/prometheus`. @throws SourceTrouble */
export function readIstio(text: string, names: MetricNames, what: string): ProxyReading {
  const requests: Counter[] = [];
  const buckets: Counter[] = [];
  let uptime: number | undefined;
  const wanted = (name: string) => name === names.requests || name === names.buckets || name === UPTIME;
  for (const { name, labels, value } of readText(text, wanted, what)) {
    if (name === UPTIME) uptime = counterValue(value, what);
    else if (isChosen(labels, names)) {
      (name === names.requests ? requests : buckets).push({ labels, value: counterValue(value, what) });
    }
  }
  return { uptime, requests, buckets };
}

function uptimeOf(uptime: number | undefined, what: string): number {
  if (uptime === undefined)
    throw new SourceTrouble('garbage', `${what} sent no server.uptime: is it an Envoy's admin port?`);
  return uptime;
}
