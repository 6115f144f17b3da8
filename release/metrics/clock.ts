import { SourceTrouble } from './trouble';

/** Wall clock of this machine, milliseconds since the epoch; replaced in tests. */
export type Now = () => number;

/** Beyond this a server's clock is not merely a little off, and its windows cannot be trusted. Milliseconds. */
const MAX_SKEW_MS = 30_000;

/** How far a server's clock is ahead of ours. Milliseconds. */
export interface Skew {
  readonly aheadMs: number;
}

/**
 * Compares a server's time with ours. Windows are then asked for in the server's time.
 * @param precisionMs what the server's time is rounded to; differences within it count as none
 * @throws SourceTrouble (clockSkew) when they are more than half a minute apart
 */
export function skew(serverMs: number, sentMs: number, receivedMs: number, precisionMs: number): Skew {
  const between = Math.min(Math.max(serverMs, sentMs - precisionMs), receivedMs);
  const aheadMs = Math.abs(serverMs - between) <= precisionMs ? 0 : serverMs - (sentMs + receivedMs) / 2;
  if (Math.abs(aheadMs) > MAX_SKEW_MS) {
    const words = `${Math.round(Math.abs(aheadMs) / 1_000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
    throw new SourceTrouble('clockSkew', `the source's clock is ${words} this machine's; set both by NTP`);
  }
  return { aheadMs };
}

/** The server's time from an answer's `Date` header, in whole seconds; undefined without one. */
export function dateHeader(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): number | undefined {
  const text = headers['date'];
  const at = typeof text === 'string' ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : at;
}
