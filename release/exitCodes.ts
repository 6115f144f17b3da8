/**
 * What the release command's exit status says. A pipeline branches on these, so a number never changes its meaning.
 *
 * 130 is the shell's own for SIGINT (128 + 2); SIGTERM ends with it as well, since both mean "asked to stop".
 */
export const exitCodes = {
  /** Everything asked for was done. */
  done: 0,
  /** Something failed that is none of the below. */
  error: 1,
  /** The command line or a setting is wrong; nothing was started. */
  usage: 2,
  /** A gate failed; traffic is back at the stable version. */
  rolledBack: 3,
  /** A gate could not decide; the release stays at its step and is not promoted. */
  held: 4,
  /** Another release holds the lock; nothing was written. */
  locked: 5,
  /** What runs is not what was last applied; nothing was written. */
  drift: 6,
  /** A policy refuses the step; nothing was written. */
  policy: 7,
  /** Stopped by a signal; the state and what to run next were printed. */
  interrupted: 130,
} as const;

export type Outcome = keyof typeof exitCodes;
export type ExitCode = (typeof exitCodes)[Outcome];

/**
 * An end of the release command that it foresees. `message` is made for people and complete: what happened, where, and
 * in `remedy` what to do; whoever catches it prints both and no stack.
 */
export class ReleaseError extends Error {
  readonly exitCode: ExitCode;

  constructor(
    readonly outcome: Exclude<Outcome, 'done'>,
    message: string,
    /** What to do next, a sentence; empty when the message says it already. */
    readonly remedy: string = '',
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ReleaseError';
    this.exitCode = exitCodes[outcome];
  }
}

/** By name: what aborts comes from the platform, whose errors are not this realm's under every runner. */
const nameOf = (thrown: unknown): unknown =>
  typeof thrown === 'object' && thrown !== null && 'name' in thrown ? thrown.name : undefined;

/**
 * The exit status for whatever ended the command. A list of problems in a setting is a matter of usage; an abort that
 * nobody turned into something else is the signal's.
 */
export function exitCodeOf(thrown: unknown): ExitCode {
  if (thrown instanceof ReleaseError) return thrown.exitCode;
  if (nameOf(thrown) === 'ProblemsError') return exitCodes.usage;
  return nameOf(thrown) === 'AbortError' ? exitCodes.interrupted : exitCodes.error;
}
