import type { CustomCheck } from './custom/settings';

/** What a gate asks for, resolved: every default in place, durations in milliseconds. */
export interface GateSettings {
  /**
   * How sure the gate must be before it condemns the canary. 1 − confidence is the chance, over a whole bake with all its
   * looks and all its tests together, that a canary which keeps to every bound is rolled back. Default 0.995.
   */
  readonly confidence: number;
  /** How sure it must be before it promotes: that the canary is not `unacceptable`. Default 0.99. */
  readonly assurance: number;
  readonly bake: {
    /** How long a step is watched before it passes. Default 5 min. */
    readonly durationMs: number;
    /** How long it is watched at most while something is undecided. Default twice the duration. */
    readonly longestMs: number;
    /** From one look to the next. Default 5 s. */
    readonly intervalMs: number;
  };
  /**
   * How long the canary is watched on after it has passed its gate at 100, compared with what the stable version did
   * before. Default 0: not at all. Milliseconds.
   */
  readonly watchAfterMs: number;
  /** Least requests that a version must have had. Default 100. */
  readonly minimumRequests: number;
  readonly health?: HealthSettings;
  readonly errors: {
    /** Largest rate of errors, as a fraction. Default 0.01. */
    readonly ceiling: number;
    /** A rate that must be ruled out before the canary is promoted. Default 0.05. */
    readonly unacceptable: number;
    /** How many times the stable version's odds of an error the canary may have. Default 1.5. */
    readonly toleratedRatio: number;
  };
  readonly latency?: {
    /** Which quantile is meant, default 0.99. */
    readonly quantile: number;
    /** Largest value of the quantile; default none. */
    readonly ceilingMs?: number;
    /** The canary may be this many times as slow as the stable version, … Default 1.2. */
    readonly toleratedRatio: number;
    /** … or this much slower, whichever is more. Default 25 ms. */
    readonly toleratedMs: number;
    /**
     * A canary that starts slow, with cold caches and compilers, is given this long. Latencies until then, or until the
     * canary was seen to be as fast as it has to be, are not judged. Default half of the bake, at most 90 s.
     */
    readonly warmUpMs: number;
  };
  readonly share?: {
    /** How far the share may lie from the weight on top of chance, as a fraction. Default 0.01. */
    readonly tolerance: number;
  };
  readonly pods?: {
    /** Restarts that are forgiven. Default 0. */
    readonly restarts: number;
    /** Looks in a row at which a pod may be not ready. Default 3. */
    readonly notReadyLooks: number;
  };
  /** Checks of the stack's own. Default none. */
  readonly custom: readonly CustomCheck[];
  readonly noEvidence: {
    /** Looks in a row without evidence of the canary after which the gate stops waiting. Default 12. */
    readonly looks: number;
    /** What then happens: the step is held, or rolled back. Default hold. */
    readonly then: 'hold' | 'rollback';
  };
}

/** How long a weight is watched in all, at least and at most, with the watch after the promotion. Milliseconds. */
export function watchedMs(
  { bake, watchAfterMs }: Pick<GateSettings, 'bake' | 'watchAfterMs'>,
  weight: number,
): { readonly least: number; readonly most: number } {
  const { durationMs, longestMs } = bake;
  if (weight < 100 || watchAfterMs === 0) return { least: durationMs, most: longestMs };
  return { least: durationMs + watchAfterMs, most: 2 * longestMs - durationMs + watchAfterMs };
}

/** A field of the health answer and what it must be. */
export interface HealthExpectation {
  /** Place in the JSON: `status`, `checks[0].latency_ms`. */
  readonly field: string;
  readonly equals?: string | number | boolean;
  /** The value must be a number below this. */
  readonly below?: number;
  readonly above?: number;
}

export interface HealthSettings {
  readonly url: string;
  readonly expect: readonly HealthExpectation[];
  /** Unhealthy answers in a row that condemn the canary. Default 3. */
  readonly failures: number;
  readonly timeoutMs: number;
}

/** `status` is `UP` and `latency_ms` is below 150. */
export const DEFAULT_EXPECTATIONS: readonly HealthExpectation[] = [
  { field: 'status', equals: 'UP' },
  { field: 'latency_ms', below: 150 },
];
