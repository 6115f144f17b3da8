import { successes } from './counts';

/** What happens in one second. */
interface Second {
  readonly canary: { readonly requests: number; readonly errors: number };
  readonly stable: { readonly requests: number; readonly errors: number };
}

/** The traffic of a service whose two versions behave alike, but for `extra` errors of the canary. */
export interface TrafficSettings {
  /** Requests to the service, per second. */
  readonly rate: number;
  /** The canary's weight, per cent. */
  readonly weight: number;
  /** Rate of errors of both versions when nothing special happens. */
  readonly base: number;
  /** Rate of errors that the canary has on top, or how it changes with time. */
  readonly extra?: number | ((second: number) => number);
}

/** Plays traffic second by second. */
type Traffic = (second: number) => Second;
export type TrafficKind = (next: () => number, settings: TrafficSettings) => Traffic;

const extraAt = ({ extra = 0 }: TrafficSettings, second: number): number =>
  typeof extra === 'number' ? extra : extra(second);

const both = (one: number, other: number): number => 1 - (1 - one) * (1 - other);

/** Every request fails or not on its own. */
export const independent: TrafficKind = (next, settings) => (second) => {
  const { rate, weight, base } = settings;
  const requests = successes(next, rate, weight / 100);
  return {
    canary: { requests, errors: successes(next, requests, both(base, extraAt(settings, second))) },
    stable: { requests: rate - requests, errors: successes(next, rate - requests, base) },
  };
};

/** Failures that come and go, e.g. of a database. */
interface Bursts {
  /** Part of the requests that fail meanwhile. */
  readonly height: number;
  readonly seconds: number;
  /** Seconds from one to the next, on average. */
  readonly every: number;
}

/** The part of each second that a burst covers; bursts begin at any moment, not at whole seconds. */
function covered(next: () => number, { seconds, every }: Bursts): (second: number) => number {
  const wait = () => -Math.log(1 - next()) * every;
  let begin = wait();
  return (second) => {
    let part = 0;
    while (begin < second + 1) {
      part += Math.max(0, Math.min(second + 1, begin + seconds) - Math.max(second, begin));
      if (begin + seconds > second + 1) break;
      begin += seconds + wait();
    }
    return Math.min(1, part);
  };
}

/** Something that both versions need fails now and then, for both alike. */
export const sharedBursts =
  (bursts: Bursts): TrafficKind =>
  (next, settings) => {
    const at = covered(next, bursts);
    const plain = independent(next, settings);
    return (second) => {
      const hit = at(second) * bursts.height;
      const { canary, stable } = plain(second);
      const more = (of: { requests: number; errors: number }) => ({
        requests: of.requests,
        errors: of.errors + successes(next, of.requests - of.errors, hit),
      });
      return { canary: more(canary), stable: more(stable) };
    };
  };

/** Pods of either version; the canary has as many of them as its weight asks for, rounded up, at least one. */
const PODS = 10;

/** A single pod fails now and then, of whichever version: the canary's pods do no more often than the stable's. */
export const podBursts =
  (bursts: Bursts): TrafficKind =>
  (next, settings) => {
    const { rate, weight, base } = settings;
    const canaryPods = Math.max(1, Math.ceil((PODS * weight) / 100));
    const pods = (n: number) => Array.from({ length: n }, () => covered(next, bursts));
    const [ours, theirs] = [pods(canaryPods), pods(PODS)];
    const take = (
      requests: number,
      of: readonly ((second: number) => number)[],
      rateOfErrors: number,
      second: number,
    ) => {
      let [left, errors] = [requests, 0];
      of.forEach((at, i) => {
        const here = successes(next, left, 1 / (of.length - i));
        left -= here;
        errors += successes(next, here, both(rateOfErrors, at(second) * bursts.height));
      });
      return { requests, errors };
    };
    return (second) => {
      const requests = successes(next, rate, weight / 100);
      return {
        canary: take(requests, ours, both(base, extraAt(settings, second)), second),
        stable: take(rate - requests, theirs, base, second),
      };
    };
  };

interface Users {
  /** Requests of one user, one a second; the user stays with one version. */
  readonly requests: number;
  /** Part of the users whose requests fail more often, whichever version answers them. */
  readonly unlucky: number;
  /** Rate of errors of theirs. */
  readonly height: number;
}

/** Users who stay with the version that they met first; with some of them most goes wrong, on either version. */
export const stickyUsers =
  (users: Users): TrafficKind =>
  (next, settings) => {
    const { rate, weight, base } = settings;
    /** Users by the second in which they leave: canary's, canary's unlucky ones, stable's, stable's unlucky ones. */
    const leaving = new Map<number, readonly number[]>();
    let now = [0, 0, 0, 0];
    const arrivals = rate / users.requests;
    const come = (second: number, perSecond: number) => {
      const whole = Math.floor(perSecond) + (next() < perSecond % 1 ? 1 : 0);
      const ours = successes(next, whole, weight / 100);
      const [bad, worse] = [
        successes(next, ours, users.unlucky),
        successes(next, whole - ours, users.unlucky),
      ];
      const group = [ours - bad, bad, whole - ours - worse, worse];
      now = now.map((count, i) => count + group[i]!);
      leaving.set(second + users.requests, group);
    };
    for (let second = -users.requests; second < 0; second++) come(second, arrivals);
    return (second) => {
      const gone = leaving.get(second);
      leaving.delete(second);
      if (gone !== undefined) now = now.map((count, i) => count - gone[i]!);
      come(second, arrivals);
      const [ours, ourBad, theirs, theirBad] = now as [number, number, number, number];
      const canaryBase = both(base, extraAt(settings, second));
      return {
        canary: {
          requests: ours + ourBad,
          errors: successes(next, ours, canaryBase) + successes(next, ourBad, both(canaryBase, users.height)),
        },
        stable: {
          requests: theirs + theirBad,
          errors: successes(next, theirs, base) + successes(next, theirBad, both(base, users.height)),
        },
      };
    };
  };
