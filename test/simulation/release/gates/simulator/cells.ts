import type { Play, Played } from './play';
import { play } from './play';
import { independent, podBursts, sharedBursts, stickyUsers, type TrafficKind } from './traffic';

/** A kind of traffic in which the canary is as good as the stable version. */
export interface Kind {
  readonly name: string;
  readonly traffic: TrafficKind;
  readonly base: number;
  /** Largest part of sound canaries that may be rolled back. */
  readonly bound: number;
  readonly routedOtherwise?: boolean;
}

/** What is promised where every request fails or not on its own, and where errors come in bursts. */
const INDEPENDENT = 0.005;
const BURSTY = 0.02;

export const kinds: readonly Kind[] = [
  { name: 'independent, 0.1 %', traffic: independent, base: 0.001, bound: INDEPENDENT },
  { name: 'independent, 0.5 %', traffic: independent, base: 0.005, bound: INDEPENDENT },
  {
    name: 'both at 30 % for 5 s, once a minute',
    traffic: sharedBursts({ height: 0.3, seconds: 5, every: 60 }),
    base: 0.005,
    bound: BURSTY,
  },
  {
    name: 'both at 100 % for 3 s, every 2 min',
    traffic: sharedBursts({ height: 1, seconds: 3, every: 120 }),
    base: 0.005,
    bound: BURSTY,
  },
  {
    name: 'a pod at 30 % for 5 s, each every 5 min',
    traffic: podBursts({ height: 0.3, seconds: 5, every: 300 }),
    base: 0.005,
    bound: BURSTY,
  },
  {
    name: 'sticky users, 2 % of them at 30 %',
    traffic: stickyUsers({ requests: 10, unlucky: 0.02, height: 0.3 }),
    base: 0.001,
    bound: BURSTY,
    routedOtherwise: true,
  },
];

export const weights = [1, 5, 10, 25, 50] as const;
export const rates = [10, 100, 1_000] as const;

/** Errors alone, which a rollback can be wrong about; without tests of latency theirs have more of the error probability. */
export const errorsOnly = { settings: { latency: false } } as const;

/** The watch of ten minutes after the promotion, as the command makes it. */
export const watchAfter = {
  ...{ weight: 100, after: 600 },
  settings: { bake: '10m', longest: '15m', latency: { warmUp: '0s' } },
} as const;

export interface Outcomes {
  readonly runs: number;
  readonly failed: number;
  readonly passed: number;
  readonly medianSeconds: number;
  readonly worstSeconds: number;
  /** How often each check condemned. */
  readonly because: Readonly<Record<string, number>>;
}

/** Plays the same thing again and again, with another seed each time. */
export function repeat(runs: number, what: Play, firstSeed = 1): Outcomes {
  const played = Array.from({ length: runs }, (_, i) => play(what, firstSeed + i));
  return summed(played);
}

function summed(played: readonly Played[]): Outcomes {
  const seconds = played.map((one) => one.seconds).sort((a, b) => a - b);
  const because: Record<string, number> = {};
  for (const { decision } of played) {
    if (decision.verdict !== 'fail') continue;
    for (const { id } of decision.because) because[id] = (because[id] ?? 0) + 1;
  }
  return {
    runs: played.length,
    failed: played.filter(({ decision }) => decision.verdict === 'fail').length,
    passed: played.filter(({ decision }) => decision.verdict === 'pass').length,
    medianSeconds: seconds[seconds.length >> 1]!,
    worstSeconds: seconds.at(-1)!,
    because,
  };
}
