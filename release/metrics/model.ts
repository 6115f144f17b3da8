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
  /**
   * Those of `requests` whose series names no version, and whose version was found otherwise: by canonical revision,
   * workload, Service, or because all traffic goes to one version. Connection failures are such requests. Default none.
   */
  readonly attributed?: number;
  /** Missing where the source has no histogram of this version; then `latencyGap` says why. */
  readonly latency?: LatencyHistogram;
  readonly latencyGap?: string;
  /** When the newest sample was taken; it can be older than `window.to` by the source's own delay. */
  readonly newestSample: number;
  /**
   * Every proxy that still reports was read at or after this time: what came before it is counted, what came after it is
   * counted in part. Missing where the source cannot tell.
   */
  readonly completeTo?: number;
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
  /** The series lack a label that tells whether a request failed, or it holds something else. */
  | 'unlabelled'
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
  /** Names of the versions' workloads, by version. Default: learnt from the series that name a version. */
  readonly workloads?: Readonly<Record<string, string>>;
  /** Names of the versions' Services, by version, where a routing API gives each version one. Default: one for all. */
  readonly services?: Readonly<Record<string, string>>;
  /** The version that all requests are routed to, where the step sends them to one only. */
  readonly only?: string;
  /** What the service speaks. Default: what each series says of its request (`request_protocol`). */
  readonly protocol?: 'http' | 'grpc';
}

/** Requests to the service that no version can be named for, since the observation began. */
export interface Unattributed {
  readonly requests: number;
  readonly errors: number;
  /** What they were, in words: how many with which flags and codes. */
  readonly detail: string;
}

/** One reading of all versions at the same time. */
export interface Look {
  /** When it was taken. */
  readonly at: number;
  /** The source's name. */
  readonly source: string;
  /** By version; every version of the scope is there. */
  readonly evidence: Readonly<Record<string, Evidence>>;
  /** Missing where the source was not read, or where it counts by version only. */
  readonly unattributed?: Unattributed;
}

/** What a look may be told of the moment at which it is taken. */
export interface Moment {
  /** Versions without a ready pod: requests that met no healthy host (UH) were theirs, where that is one version only. */
  readonly withoutPods?: readonly string[];
}

/** An observation under way. Each look gives all that was counted since the beginning, so a missed look costs nothing. */
export interface Observation {
  /**
   * Reads what has happened since the beginning. Trouble with the source is evidence (`none`), not an exception.
   * @throws the signal's reason when it aborts; nothing else
   */
  look(signal?: AbortSignal, moment?: Moment): Promise<Look>;
}

/** A query of a stack's own. */
export interface OwnQuery {
  readonly text: string;
  readonly language: 'promql' | 'dql';
}

/** The one number that a query gave, or why there is none. */
export type QueryAnswer =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'none'; readonly reason: NoEvidenceReason; readonly detail: string };

/** Where a gate's numbers come from. */
export interface MetricSource {
  /** Its name in the registry, such as `prometheus`. */
  readonly name: string;
  /** Where it is, in words without secrets. */
  readonly describe: string;
  /**
   * Asks a query of a stack's own for one number, now. Missing where the source knows no language.
   * @throws the signal's reason when it aborts; nothing else
   */
  readonly ask?: (query: OwnQuery, signal?: AbortSignal) => Promise<QueryAnswer>;
  /**
   * Starts to observe. What a proxy counted until it is first read after this moment is not counted.
   * @param options.after goes on from a look that was kept, such as a bake's last one: its counts stay, and what has
   * happened since is added where the source remembers it
   * @throws the signal's reason when it aborts; nothing else
   */
  begin(
    scope: Scope,
    options?: {
      readonly after?: Pick<Look, 'at' | 'evidence' | 'unattributed'>;
      readonly signal?: AbortSignal;
    },
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
