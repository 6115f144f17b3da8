import { mean } from 'simple-statistics';

/** Something that is measured in every round; it may give several figures, by id. */
export interface Unit {
  readonly run: () => Promise<Readonly<Record<string, number>>>;
}

/** Figures by id, one a round. */
export type Figures = Readonly<Record<string, readonly number[]>>;

/**
 * Measures all units in rounds, every other round backwards: what the machine does besides, and what warms up or fills up in
 * time, falls on all alike. What is measured several times in a round counts with its mean. A round before the first fills
 * caches and is not counted.
 *
 * @param onRound Told before each round which one comes; 0 is the one that does not count.
 */
export async function inRounds(
  rounds: number,
  units: readonly Unit[],
  onRound: (round: number) => void = () => undefined,
): Promise<Figures> {
  const figures: Record<string, number[]> = {};
  for (let round = 0; round <= rounds; round++) {
    onRound(round);
    const found: Record<string, number[]> = {};
    for (const unit of round % 2 === 0 ? units : [...units].reverse()) {
      for (const [id, value] of Object.entries(await unit.run())) (found[id] ??= []).push(value);
    }
    if (round === 0) continue;
    for (const [id, values] of Object.entries(found)) (figures[id] ??= []).push(mean(values));
  }
  return figures;
}

/** The figures of one id. @throws Error for one that no unit gave */
export function figuresOf(figures: Figures, id: string): readonly number[] {
  const found = figures[id];
  if (found === undefined) throw new Error(`no unit measured ${id}`);
  return found;
}
