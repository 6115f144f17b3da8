/** A promise of the project, held against what a report measured. */
export interface Check {
  /** Stable name for machines. */
  readonly id: string;
  readonly name: string;
  /** Traffic and objects are right or wrong anywhere; speed also depends on how busy the machine is. */
  readonly about: 'correctness' | 'speed';
  readonly ok: boolean;
  /** The worst value measured. Both words fail the check: what was awaited did not come, or nobody looked. */
  readonly measured: number | 'never' | 'not measured';
  readonly relation: 'at most' | 'at least' | 'exactly';
  readonly bound: number;
  /** What `measured` and `bound` count: `requests`, `s`, `×`. */
  readonly unit: string;
  /** Where the worst value stood, or why there is none; empty when it needs no saying. */
  readonly where: string;
}

export type Bound = Omit<Check, 'ok' | 'measured' | 'where'>;
export interface Measurement {
  /** null: it was never reached, worse than any number. */
  readonly value: number | null;
  readonly where: string;
}

function holds(limit: Bound, value: number): boolean {
  if (limit.relation === 'at most') return value <= limit.bound;
  return limit.relation === 'at least' ? value >= limit.bound : value === limit.bound;
}

/** How far beyond its bound a value lies; the greatest is the one to show. */
function badness(limit: Bound, value: number | null): number {
  if (value === null) return Infinity;
  const over = value - limit.bound;
  if (limit.relation === 'at most') return over;
  return limit.relation === 'at least' ? -over : Math.abs(over);
}

/** The worst of several measurements against one bound. @param nothing why there is none, where there is none */
export function check(limit: Bound, measurements: readonly Measurement[], nothing: string): Check {
  const worst = [...measurements].sort((a, b) => badness(limit, b.value) - badness(limit, a.value))[0];
  if (!worst) return { ...limit, ok: false, measured: 'not measured', where: nothing };
  const ok = worst.value !== null && holds(limit, worst.value);
  return { ...limit, ok, measured: worst.value ?? 'never', where: worst.where };
}
