/** One counter as a source read it. */
export interface Counter {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** When a proxy was last read, and when it started where the source knows that. Milliseconds of this machine's clock. */
export interface ProxyTime {
  readonly labels: Readonly<Record<string, string>>;
  readonly readAt: number;
  readonly startedAt?: number;
}

/** All counters of a scope at one moment. */
export interface Snapshot {
  readonly at: number;
  readonly requests: readonly Counter[];
  /** Cumulative latency buckets: one counter for each bound. */
  readonly buckets: readonly Counter[];
  readonly proxies: readonly ProxyTime[];
  /** Why there are no buckets, where the source could not give them. */
  readonly bucketsGap?: string;
}
