/** One thing that is wrong with what a user wrote, where it stands and what to write instead. */
export interface Problem {
  /** Where it stands, as the user wrote it: `bookinfo:release.steps[2]`. */
  readonly path: string;
  /** What is wrong with it, in one clause: `is 101, more than 100`. Never holds a secret value. */
  readonly problem: string;
  /** What to write instead. */
  readonly remedy: string;
}

/**
 * Everything that is wrong with an input, thrown at once.
 *
 * The text is complete and made for people: whoever catches it prints `message` and no stack.
 */
export class ProblemsError extends Error {
  constructor(
    readonly subject: string,
    readonly problems: readonly Problem[],
  ) {
    super(formatProblems(subject, problems));
    this.name = 'ProblemsError';
  }
}

/** Renders problems as one line each, with the remedy under it. */
export function formatProblems(subject: string, problems: readonly Problem[]): string {
  const head = `${subject}: ${problems.length} problem${problems.length === 1 ? '' : 's'}`;
  return [head, ...problems.map((p) => `  ${p.path} ${p.problem}\n    remedy: ${p.remedy}`)].join('\n');
}
