import type { Fault } from '../../../rehearsal/workloads';
import { random } from '../../unit/release/random';

/** A release of the series. */
export interface Drawn {
  readonly nth: number;
  readonly seed: number;
  readonly kind: 'good' | 'bad';
  /** Of the canary of a bad one. */
  readonly fault?: Fault;
}

/** As many of each kind are drawn. */
export const OF_EACH = 20;

const between = (next: () => number, low: number, high: number): number => low + (high - low) * next();

/** What is wrong with a bad canary: 20 to 60 % errors, or 300 to 800 ms of latency. */
function drawFault(next: () => number): Fault {
  return next() < 0.5
    ? { errors: { share: Number(between(next, 0.2, 0.6).toFixed(3)) } }
    : { latency: { fixedMs: Math.round(between(next, 300, 800)) } };
}

/** Good and bad releases in a random order. The same seed draws the same ones. */
export function drawSeries(seed: number): readonly Drawn[] {
  const next = random(seed);
  const kinds = [...Array<'good'>(OF_EACH).fill('good'), ...Array<'bad'>(OF_EACH).fill('bad')];
  const order = kinds.map((kind) => ({ kind, place: next() })).sort((a, b) => a.place - b.place);
  return order.map(({ kind }, index) => {
    const own = Math.floor(next() * 2 ** 32);
    return {
      ...{ nth: index + 1, seed: own, kind },
      ...(kind === 'bad' ? { fault: drawFault(random(own)) } : {}),
    };
  });
}
