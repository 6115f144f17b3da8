/** One thing that keeps a chart from being declared. */
export interface ChartProblem {
  /** The construct's path in its tree; `[n]` after it tells the item of a list. */
  readonly path: string;
  /** What is wrong, in one clause. Never holds the value of an Output. */
  readonly problem: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Everything that keeps a chart from being declared, thrown at once. The message is complete: print it without a stack. */
export class ChartError extends Error {
  constructor(readonly problems: readonly ChartProblem[]) {
    const head = `The chart cannot be declared: ${problems.length} problem${problems.length === 1 ? '' : 's'}`;
    const lines = problems.map((p) => `  "${p.path}" ${p.problem}\n    remedy: ${p.remedy}`);
    super([head, ...lines].join('\n'));
    this.name = 'ChartError';
  }
}

export function throwIfAny(problems: readonly ChartProblem[]): void {
  if (problems.length > 0) throw new ChartError(problems);
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
