/** Seeded random numbers in [0, 1): mulberry32. The same seed gives the same simulation on every machine. */
export function random(seed: number): () => number {
  // In an array of integers: a plain variable of 32 bits would be a new object on the heap with every number.
  const state = Int32Array.of(seed);
  return () => {
    let t = (state[0] = (state[0]! + 0x6d2b79f5) | 0);
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How many of n trials succeed. */
export function binomial(next: () => number, n: number, p: number): number {
  let count = 0;
  for (let i = 0; i < n; i++) if (next() < p) count++;
  return count;
}
