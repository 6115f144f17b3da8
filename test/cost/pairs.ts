import type { Timed } from '../policy/timed';

/** The middle of some numbers; of an even count, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export interface Pair {
  readonly plain: Timed;
  readonly judged: Timed;
}

/**
 * Measures something without the pack and with it, in turn, each pair in the other order: what else the machine does then
 * falls on both alike.
 */
export async function pairs(count: number, run: (pack: boolean) => Promise<Timed>): Promise<readonly Pair[]> {
  const found: Pair[] = [];
  for (let pair = 0; pair < count; pair++) {
    const first = await run(pair % 2 === 0);
    const second = await run(pair % 2 !== 0);
    found.push(pair % 2 === 0 ? { judged: first, plain: second } : { plain: first, judged: second });
  }
  return found;
}

/** The figures of all pairs, for whoever reads the run. */
export function figures(what: string, found: readonly Pair[]): string {
  const list = (value: (pair: Pair) => number) => found.map((pair) => value(pair).toFixed(2)).join(' ');
  return [
    `${what}, without the pack | with it:`,
    `  wall      ${list(({ plain }) => plain.seconds)} | ${list(({ judged }) => judged.seconds)} s`,
    `  processor ${list(({ plain }) => plain.cpuSeconds)} | ${list(({ judged }) => judged.cpuSeconds)} s`,
    `  median ratio: wall ${median(found.map(({ plain, judged }) => judged.seconds / plain.seconds)).toFixed(3)},` +
      ` processor ${median(found.map(({ plain, judged }) => judged.cpuSeconds / plain.cpuSeconds)).toFixed(3)}`,
    '',
  ].join('\n');
}
