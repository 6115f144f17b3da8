import { z } from 'zod';
import { counterValue } from './counters';
import type { Scope } from './model';
import { parsePromText } from './promText';
import { readJson, SourceTrouble } from './trouble';

/** What one proxy counted for one version since it started. */
export interface SubsetCounters {
  /** By class of the answer's status, 1 to 5. */
  readonly classes: Readonly<Record<string, number>>;
  /** Cumulative: upper bound in milliseconds → answers. Empty before the first answer. */
  readonly buckets: ReadonlyMap<number, number>;
}

/** One reading of one proxy. */
export interface ProxyReading {
  /** Seconds since the proxy started. */
  readonly uptime: number;
  /** By version; one that is missing has no cluster in this proxy. */
  readonly subsets: ReadonlyMap<string, SubsetCounters>;
}

/** The statistics that a look needs; everything else an Envoy has would be megabytes. */
export const STATS_FILTER = '^(cluster\\.outbound\\|.*upstream_rq_(time|total|[1-5]xx)|server\\.uptime)$';

/** `outbound|9080|v2|reviews.prod.svc.cluster.local`, with or without the `;` that newer Istio ends it with. */
const clusterForm = /^outbound\|\d+\|([^|]*)\|([^;|]+);?$/;

interface Found {
  classes: Record<string, number>;
  buckets: Map<number, number>;
}

/** Envoy counts the same requests once more by origin, zone and retry, under names that go on after the host's. */
const onceMore = /[._](?:external|internal|canary|retry|zone[._].*)$/;

function isHost(host: string, { service, namespace }: Scope): boolean {
  const [name, space] = host.split('.');
  if (onceMore.test(host)) return false;
  return name === service && (namespace === undefined || space === undefined || space === namespace);
}

class Subsets {
  readonly found = new Map<string, Found>();
  constructor(private readonly scope: Scope) {}

  of(cluster: string): Found | undefined {
    const match = clusterForm.exec(cluster);
    const [, version = '', host = ''] = match ?? [];
    if (!this.scope.versions.includes(version) || !isHost(host, this.scope)) return undefined;
    const known = this.found.get(version) ?? { classes: {}, buckets: new Map<number, number>() };
    this.found.set(version, known);
    return known;
  }
}

const statsSchema = z.object({
  stats: z.array(
    z.union([
      z.object({ name: z.string(), value: z.union([z.number(), z.string()]) }),
      z.object({
        histograms: z.array(
          z.object({
            name: z.string(),
            buckets: z.array(z.object({ upper_bound: z.number(), cumulative: z.number() })),
          }),
        ),
      }),
    ]),
  ),
});

const counterForm = /^cluster\.(outbound\|.+?;?)\.upstream_rq_(total|[1-5])(?:xx)?$/;
const histogramForm = /^cluster\.(outbound\|.+?;?)\.upstream_rq_time$/;

/** Envoy's JSON leaves the bucket without bound out; nothing takes longer than its last (an hour), so that one stands in. */
function closeBuckets(found: Found): void {
  const last = Math.max(...found.buckets.keys());
  if (found.buckets.size > 0 && last !== Infinity) found.buckets.set(Infinity, found.buckets.get(last)!);
}

/** Reads `/stats?format=json&histogram_buckets=cumulative`. @throws SourceTrouble */
export function readStatsJson(text: string, scope: Scope, what: string): ProxyReading {
  const subsets = new Subsets(scope);
  let uptime: number | undefined;
  for (const entry of readJson(text, statsSchema, what).stats) {
    if ('histograms' in entry) {
      for (const { name, buckets } of entry.histograms) {
        const subset = subsets.of(histogramForm.exec(name)?.[1] ?? '');
        for (const bucket of buckets) subset?.buckets.set(bucket.upper_bound, bucket.cumulative);
        if (subset !== undefined) closeBuckets(subset);
      }
      continue;
    }
    if (entry.name === 'server.uptime') uptime = counterValue(entry.value, what);
    const [, cluster = '', kind = ''] = counterForm.exec(entry.name) ?? [];
    const subset = subsets.of(cluster);
    if (subset !== undefined && kind !== 'total') subset.classes[kind] = counterValue(entry.value, what);
  }
  return finish(uptime, subsets, what);
}

/** `envoy_cluster_upstream_rq_xx`; without Istio's tag rules the host's rest is in the metric's name instead of the tag. */
const promForm = /^envoy_cluster_(?:(.+?)_+)?upstream_rq_(xx|total|time_bucket)$/;

/** Reads `/stats?format=prometheus`. @throws SourceTrouble */
export function readStatsPrometheus(text: string, scope: Scope, what: string): ProxyReading {
  const samples = parsePromText(text);
  if (samples === undefined)
    throw new SourceTrouble('garbage', `${what} sent something else than Prometheus' text format`);
  const subsets = new Subsets(scope);
  let uptime: number | undefined;
  for (const { name, labels, value } of samples) {
    if (name === 'envoy_server_uptime') uptime = counterValue(value, what);
    const [, rest, kind] = promForm.exec(name) ?? [];
    if (kind === undefined || onceMore.test(`_${rest ?? ''}`)) continue;
    const cluster = labels['envoy_cluster_name'] ?? '';
    const whole =
      rest === undefined || cluster.includes('.') ? cluster : `${cluster}.${rest.replaceAll('_', '.')}`;
    const subset = subsets.of(whole);
    if (subset === undefined || kind === 'total') continue;
    if (kind === 'xx') subset.classes[labels['envoy_response_code_class'] ?? ''] = counterValue(value, what);
    else
      subset.buckets.set(
        /Inf/.test(labels['le'] ?? '') ? Infinity : Number(labels['le']),
        counterValue(value, what),
      );
  }
  return finish(uptime, subsets, what);
}

function finish(uptime: number | undefined, subsets: Subsets, what: string): ProxyReading {
  if (uptime === undefined)
    throw new SourceTrouble('garbage', `${what} sent no server.uptime: is it an Envoy's admin port?`);
  return { uptime, subsets: subsets.found };
}
