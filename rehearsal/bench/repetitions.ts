/** How much is measured. */
export interface Extent {
  /** Rounds of each part that count. */
  readonly timings: number;
  readonly growth: number;
  readonly breakdown: number;
  readonly memory: number;
  /** Services of the applications that a weight step is measured in. */
  readonly services: readonly number[];
}

const full: Extent = { timings: 7, growth: 4, breakdown: 5, memory: 3, services: [1, 10, 50, 100] };
const quick: Extent = { timings: 3, growth: 3, breakdown: 3, memory: 1, services: [1, 10, 25] };

export const extentOf = (isQuick: boolean): Extent => (isQuick ? quick : full);

/** Tells which round comes. */
export const roundTeller =
  (part: string, rounds: number, tell: (what: string) => void) =>
  (round: number): void =>
    tell(`${part}: ${round === 0 ? 'a round that does not count' : `round ${round} of ${rounds}`}`);
