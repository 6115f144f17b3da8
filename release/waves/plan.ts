/** Stacks that are released at the same time. */
export type Wave = readonly string[];

/** Puts stacks into waves of a size, in the order they were named: the first one is the first to be risked. */
export function planWaves(stacks: readonly string[], size: number): readonly Wave[] {
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`a wave of ${size} stacks`);
  return Array.from({ length: Math.ceil(stacks.length / size) }, (_, index) =>
    stacks.slice(index * size, (index + 1) * size),
  );
}
