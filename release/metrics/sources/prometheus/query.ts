import type { MetricNames } from '../../meaning/names';
import type { Scope } from '../../model';
import { matchers } from '../../promql';

/** The label by which the parts of one answer are told apart. */
export const PART = 'canary_part';

const part = (name: string, expression: string) =>
  `label_replace(${expression}, "${PART}", "${name}", "", "")`;

const without = (how: string, labels: readonly (string | undefined)[], expression: string): string => {
  const known = labels.filter((each) => each !== undefined);
  return known.length === 0 ? expression : `${how} without (${known.join(', ')}) (${expression})`;
};

/**
 * One query for all that a look needs, so that it is of one moment and of one server: the counters, the latency buckets, and
 * when each proxy was last scraped.
 *
 * - `last_over_time` gives the newest value of each counter, also of one whose target has gone; an instant selector ends with
 *   the mark of staleness (prometheus/prometheus promql/engine.go). What counters rise by is added up by us: `increase`
 *   extrapolates, and misses the first value of a counter that was born in the window.
 * - Sums are over labels of the request alone. All that says which proxy counted, and who scraped it, stays: a sum over
 *   several proxies would fall when one of them restarts.
 * - `timestamp` of a selector is the sample's own, not the query's.
 */
export function lookQuery(names: MetricNames, scope: Scope, rangeSeconds: number): string {
  const { requests, buckets, dropped, versionLabel, codeLabel, flagsLabel, protocolLabel, grpcLabel } = names;
  const { workloadLabel, revisionLabel, serviceLabel } = names;
  const chosen = matchers(names, scope);
  const last = (metric: string) => `last_over_time(${metric}${chosen}[${rangeSeconds}s])`;
  const outcome = [codeLabel, flagsLabel, protocolLabel, grpcLabel];
  const owner = [versionLabel, workloadLabel, revisionLabel, serviceLabel];
  return [
    part('requests', without('sum', dropped, last(requests))),
    ...(buckets === undefined
      ? []
      : [part('buckets', without('sum', [...dropped, ...outcome], last(buckets)))]),
    part('read', without('max', [...dropped, ...outcome, ...owner], `timestamp(${requests}${chosen})`)),
  ].join(' or ');
}
