/** What a pipeline can tell apart. */
export const ExitCode = {
  done: 0,
  /** Something went wrong that is neither the caller's wording nor a measured promise. */
  error: 1,
  /** The command's words are not understood. */
  usage: 2,
  /** The rehearsal ran to its end and a measured promise did not hold. */
  failedCheck: 3,
  interrupted: 130,
} as const;

/** The exit code and the text of a failure; a stack only where asked for, it tells a user nothing. */
export function failureOf(error: unknown): { code: number; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  if (message === 'interrupted') return { code: ExitCode.interrupted, message };
  const stack = process.env.REHEARSAL_DEBUG && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  return { code: ExitCode.error, message: `error: ${message}${stack}` };
}
