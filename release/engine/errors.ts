/** A run of the engine that did not succeed. */
export class EngineFailure extends Error {
  constructor(
    /** The command without its flags: `up`, `preview`. */
    readonly command: string,
    /** Null when a signal ended it. */
    readonly code: number | null,
    /** Everything it printed; secrets are masked by the engine itself. */
    readonly output: string,
    /** What the engine and the program called an error, one text each. */
    readonly errors: readonly string[] = [],
    /** What mandatory policies refused, one line each. */
    readonly violations: readonly string[] = [],
    /** URNs of the resources that failed. */
    readonly failed: readonly string[] = [],
  ) {
    const why = errors.length > 0 ? errors : said(output);
    super(`pulumi ${command} ended with ${code ?? 'a signal'}:\n${why.join('\n')}`);
    this.name = 'EngineFailure';
  }
}

/** What the command line itself calls an error, up to the end; without such a line, the last ones. */
function said(output: string): readonly string[] {
  const lines = output.trim().split('\n');
  const first = lines.findIndex((line) => line.startsWith('error:'));
  return first < 0 ? lines.slice(-12) : lines.slice(first, first + 12);
}
