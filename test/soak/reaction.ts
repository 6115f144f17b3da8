import type { ReleaseCommand } from '../mesh/release/command';
import type { Bench } from './bench';

/** When the gate decided, and when the canary answered first and last around it. */
export async function reaction(
  bench: Bench,
  command: ReleaseCommand | undefined,
  startedAt: number,
  canary: string,
) {
  const decided = command?.ending?.report?.rollback?.decidedAt;
  if (decided === undefined) return {};
  const decidedAt = Date.parse(decided);
  const { buckets } = await bench.snapshot(startedAt);
  const answered = buckets.filter(({ perVersion }) => (perVersion[canary] ?? 0) > 0).map(({ t }) => t);
  const [first, last] = [answered[0], answered.at(-1)];
  if (first === undefined || last === undefined) return {};
  // A bucket is named by its beginning and is 100 ms wide.
  return {
    decidedSeconds: (decidedAt - first) / 1_000,
    silentSeconds: Math.max(0, last + 100 - decidedAt) / 1_000,
  };
}
