/**
 * What a gate knows of a version's traffic. Counts are of whole requests since the observation began; a source that
 * cannot tell gives a reason instead, never zero: a zero is a measurement.
 */

/** Milliseconds since the epoch on this machine's clock, whatever the source's own clock says. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Requests by latency. `counts[i]` took more than `bounds[i - 1]` and at most `bounds[i]`; the last count has no upper bound. */
export interface LatencyHistogram {
  /** Upper bounds in milliseconds, rising, all finite. */
  readonly bounds: readonly number[];
  /** One more than there are bounds; not cumulative. */
  readonly counts: readonly number[];
}

/** What a source saw of one version. */
export interface Measured {
  readonly kind: 'measured';
  readonly version: string;
  readonly window: Window;
  readonly requests: number;
  readonly errors: number;
  /** Missing where the source has no histogram of this version; then `latencyGap` says why. */
  readonly latency?: LatencyHistogram;
  readonly latencyGap?: string;
  /** When the newest sample was taken; it can be older than `window.to` by the source's own delay. */
  readonly newestSample: number;
  /** How many counters (pods × codes, or proxies) the numbers are the sum of. */
  readonly series: number;
  /** The queries that gave the numbers, to be run again by whoever doubts them. */
  readonly queries: readonly string[];
}

export type NoEvidenceReason =
  /** The source cannot be reached, or answers with an error of its own. */
  | 'unreachable'
  /** The source did not answer in time. */
  | 'timeout'
  /** The source refuses: key, right or query is wrong. */
  | 'refused'
  /** The answer is not what its documentation says. */
  | 'garbage'
  /** The answer is larger than anything sensible. */
  | 'tooLarge'
  /** The source knows nothing of this version: no series, or only nulls. */
  | 'empty'
  /** Only a part of what there is was read, so a count would be too small. */
  | 'partial'
  /** The newest sample is too old to say anything of now. */
  | 'stale'
  /** The source's clock and this machine's are too far apart for a window to mean the same to both. */
  | 'clockSkew';

/** Why a source says nothing of a version. */
export interface NoEvidence {
  readonly kind: 'none';
  readonly version: string;
  readonly reason: NoEvidenceReason;
  /** In words, with what to do; holds no secret. */
  readonly detail: string;
  readonly queries: readonly string[];
}

export type Evidence = Measured | NoEvidence;

/** What is observed: one service's versions, from the callers' side. */
export interface Scope {
  /** Name of the Service, e.g. `reviews`. */
  readonly service: string;
  /** Its namespace; sources that cannot tell namespaces apart ignore it. */
  readonly namespace?: string;
  readonly versions: readonly string[];
}

/** One reading of all versions at the same time. */
export interface Look {
  /** When it was taken. */
  readonly at: number;
  /** The source's name. */
  readonly source: string;
  /** By version; every version of the scope is there. */
  readonly evidence: Readonly<Record<string, Evidence>>;
}

/** An observation under way. Each look counts from where the observation began, so a missed look costs nothing. */
export interface Observation {
  /**
   * Reads what has happened since the beginning. Trouble with the source is evidence (`none`), not an exception.
   * @throws the signal's reason when it aborts; nothing else
   */
  look(signal?: AbortSignal): Promise<Look>;
}

/** Where a gate's numbers come from. */
export interface MetricSource {
  /** `guance`, `prometheus` or `envoy`. */
  readonly name: string;
  /** Where it is, in words without secrets. */
  readonly describe: string;
  /**
   * Starts to observe. `since` lets an interrupted bake be taken up again; a source without memory (Envoy) counts from
   * now, and its windows say so.
   * @throws the signal's reason when it aborts; nothing else
   */
  begin(
    scope: Scope,
    options?: { readonly since?: number; readonly signal?: AbortSignal },
  ): Promise<Observation>;
}

/** The same reason for every version of a scope. */
export function noEvidence(
  scope: Scope,
  reason: NoEvidenceReason,
  detail: string,
  queries: readonly string[],
): Readonly<Record<string, NoEvidence>> {
  return Object.fromEntries(
    scope.versions.map((version) => [version, { kind: 'none', version, reason, detail, queries }]),
  );
}
