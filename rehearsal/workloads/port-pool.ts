/** Hands out ports of a range, each to one holder at a time. */
export class PortPool {
  private readonly taken = new Set<number>();
  private next: number;

  /** @param first the lowest port @param count how many there are */
  constructor(
    private readonly first: number,
    private readonly count: number,
  ) {
    this.next = first;
  }

  /** A port that was free for the longest time. @throws when all are taken */
  take(): number {
    for (let tried = 0; tried < this.count; tried++) {
      const port = this.next;
      this.next = this.first + ((this.next - this.first + 1) % this.count);
      if (this.taken.has(port)) continue;
      this.taken.add(port);
      return port;
    }
    throw new Error(`all ${this.count} ports from ${this.first} on are taken`);
  }

  release(port: number): void {
    this.taken.delete(port);
  }
}
