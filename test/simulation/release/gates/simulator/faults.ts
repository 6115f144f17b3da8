import { watchAfter } from './cells';
import type { Latencies, Play } from './play';
import { independent } from './traffic';

/** A canary with something wrong, and how fast that has to be found. */
export interface Fault {
  readonly name: string;
  readonly play: Play;
  /** Seconds within which half of the bakes have to condemn it. */
  readonly medianSeconds: number;
}

const usual = { traffic: independent, rate: 100, weight: 10, base: 0.002 };

const lognormal =
  (medianMs: number): Latencies =>
  () => ({ medianMs, sigma: 0.5 });

/** Twenty milliseconds from bound to bound: what an annotation of Istio's can set for a service. */
const fineBounds = [...Array.from({ length: 25 }, (_, i) => 20 * (i + 1)), 750, 1_000, 2_500, 5_000, 10_000];

/** 100 requests a second, a tenth of them to the canary, at the defaults of the gate. */
export const faults: readonly Fault[] = [
  { name: '+2 % errors on 0.2 %', play: { ...usual, extra: 0.02 }, medianSeconds: 60 },
  { name: '+5 % errors on 0.2 %', play: { ...usual, extra: 0.05 }, medianSeconds: 30 },
  { name: '50 % errors', play: { ...usual, extra: 0.5 }, medianSeconds: 10 },
  {
    name: '50 % errors from half way on',
    play: { ...usual, extra: (second) => (second < 150 ? 0 : 0.5) },
    medianSeconds: 150 + 30,
  },
  {
    name: 'p99 × 1.5 (192 to 288 ms), bounds every 20 ms, bake of 10 min',
    play: {
      ...usual,
      stableLatency: lognormal(60),
      canaryLatency: lognormal(90),
      bounds: fineBounds,
      settings: { bake: '10m' },
    },
    medianSeconds: 600,
  },
  {
    name: "p99 × 2 (64 to 128 ms), Istio's bounds, bake of 10 min",
    play: { ...usual, canaryLatency: lognormal(40), settings: { bake: '10m' } },
    medianSeconds: 600,
  },
  {
    name: '300 ms more for every request',
    play: { ...usual, canaryLatency: lognormal(320) },
    medianSeconds: 120,
  },
];

/** Canaries that turn bad while they are watched on after the promotion, two minutes after it. */
export const lateFaults: readonly Fault[] = [
  { name: '+2 % errors, two minutes into the watch', late: 0.02, within: 90 },
  { name: '50 % errors, two minutes into the watch', late: 0.5, within: 40 },
].map(({ name, late, within }) => ({
  name,
  play: { ...usual, ...watchAfter, base: 0.005, extra: (second) => (second < 120 ? 0 : late) },
  medianSeconds: 120 + within,
}));

const cold =
  (medianMs: number, seconds = 60): Latencies =>
  (second) => ({ medianMs: second < seconds ? medianMs : 20, sigma: 0.5 });

/** Canaries that are slow for their first minute, as with a compiler that has to warm up. None may be rolled back. */
export const slowStarts: readonly { readonly name: string; readonly play: Play }[] = [
  { name: 'twenty times as slow', play: { ...usual, canaryLatency: cold(400) } },
  { name: 'three times as slow', play: { ...usual, canaryLatency: cold(60) } },
  { name: 'twice as slow', play: { ...usual, canaryLatency: cold(40) } },
  {
    name: 'ever faster',
    play: {
      ...usual,
      canaryLatency: (second) => ({
        medianMs: second < 60 ? Math.round(400 - (380 * second) / 60) : 20,
        sigma: 0.5,
      }),
    },
  },
];
