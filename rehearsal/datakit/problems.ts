/** More are not kept: one cause often shows many times. */
const limit = 200;

/** What DataKit would pass over without a word, each once: a key it does not know, an address that leads nowhere. */
export class ProblemLog {
  private readonly found = new Set<string>();

  add(problem: string): void {
    if (this.found.size < limit) this.found.add(problem);
  }

  all(): string[] {
    return [...this.found];
  }
}
