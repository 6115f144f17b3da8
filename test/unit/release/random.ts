/** Seeded random numbers in [0, 1): mulberry32. The same seed gives the same simulation on every machine. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
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
