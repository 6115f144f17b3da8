import { addCumulative, fromCumulative } from '../histogram';
import type { Rises } from '../counting/tally';
import type { Evidence, Measured, NoEvidenceReason, Scope, Window } from '../model';
import { asTrouble } from '../trouble';
import type { MetricNames } from './names';
import type { Sums, VersionSum } from './sums';

/** Above this part of a version's requests that cannot be told apart, none of its numbers is believed. */
const UNCLEAR_SHARE = 0.01;

export interface Circumstances {
  readonly scope: Scope;
  readonly names: MetricNames;
  readonly window: Window;
  readonly times: Pick<Rises, 'oldest' | 'newest'>;
  /** A proxy that was not read for this long says nothing of now. Milliseconds. */
  readonly maxAgeMs: number;
  readonly bucketsGap?: string;
  readonly queries: readonly string[];
}

const seconds = (milliseconds: number) => `${Math.round(milliseconds / 1_000)} s`;

function latencyOf(
  { buckets }: VersionSum,
  bucketsGap: string | undefined,
): Pick<Measured, 'latency' | 'latencyGap'> {
  if (bucketsGap !== undefined) return { latencyGap: bucketsGap };
  if (buckets.size === 0) {
    return {
      latencyGap:
        'no latency histogram of this version; a Prometheus that scrapes native histograms keeps classic ones with always_scrape_classic_histograms',
    };
  }
  try {
    return { latency: fromCumulative(addCumulative([...buckets.values()]), 'the latency histogram') };
  } catch (thrown) {
    return { latencyGap: asTrouble(thrown).message };
  }
}

function unlabelled({ scope, names }: Circumstances, version: string, sum: VersionSum): string {
  const labels = [names.codeLabel, ...(names.grpcLabel === undefined ? [] : [names.grpcLabel])].join(' and ');
  return `${sum.unclear} of ${sum.requests} requests of ${scope.service} ${version} do not say how they ended: see that ${labels} are labels of the series, that a Telemetry resource does not remove them, and codeLabel in the settings`;
}

/**
 * What the sums say of each version. A version without any counter is `empty`, not zero: with Istio a counter is born with
 * the first request, so "never asked" and "not scraped" look the same.
 */
export function evidenceOf(sums: Sums, around: Circumstances): Readonly<Record<string, Evidence>> {
  const { scope, window, times, maxAgeMs, queries } = around;
  const age = window.to - times.newest;
  const one = (version: string): Evidence => {
    const sum = sums.of(version);
    const none = (reason: NoEvidenceReason, detail: string): Evidence => ({
      ...{ kind: 'none', version, reason, detail, queries },
    });
    if (!sum.seen) {
      return none(
        'empty',
        `no series of ${scope.service} ${version}: it had no request, or its callers are not scraped`,
      );
    }
    if (age > maxAgeMs) {
      return none(
        'stale',
        times.newest === -Infinity
          ? `no proxy was scraped for more than ${seconds(maxAgeMs)}`
          : `the newest sample is ${seconds(age)} old, more than ${seconds(maxAgeMs)}; see scrapeInterval in the settings`,
      );
    }
    if (-age > maxAgeMs)
      return none('clockSkew', `samples lie ${seconds(-age)} in the future: set the clocks`);
    if (sum.unclear > UNCLEAR_SHARE * sum.requests)
      return none('unlabelled', unlabelled(around, version, sum));
    return {
      ...{ kind: 'measured', version, window, requests: sum.requests, errors: sum.errors },
      ...{ attributed: sum.attributed },
      ...latencyOf(sum, around.bucketsGap),
      ...{ newestSample: times.newest, completeTo: times.oldest },
      ...{ series: sum.series, queries },
    };
  };
  return Object.fromEntries(scope.versions.map((version) => [version, one(version)]));
}
