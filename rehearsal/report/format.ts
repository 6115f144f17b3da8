import type { Check } from './check';

/** How numbers are written for people, the same on the terminal and on the page. */

const grouped = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** `148,220`. */
export function count(n: number): string {
  return grouped.format(n);
}

/** At most five characters, so that a table cannot outgrow its line: `2104`, `148k`, `12M`. */
export function shortCount(n: number): string {
  if (n < 100_000) return String(n);
  return n < 10_000_000 ? `${Math.floor(n / 1000)}k` : `${Math.floor(n / 1_000_000)}M`;
}

/** Two digits below ten seconds, one above: a tenth of a minute-long run is noise. */
export function seconds(value: number | null): string {
  if (value === null) return 'never';
  if (value < 10) return value.toFixed(2);
  return value.toFixed(value < 1000 ? 1 : 0);
}

/** A fraction in per cent without the sign: `24.8`. The ends are bare so that an exact 0 and a rounded one differ. */
export function percent(fraction: number): string {
  if (fraction === 0 || fraction === 1) return String(fraction * 100);
  return (fraction * 100).toFixed(1);
}

/** `22.9–27.1`, per cent. */
export function interval([lo, hi]: readonly [number, number]): string {
  return `${percent(lo)}–${percent(hi)}`;
}

function plain(value: number): string {
  return Number.isInteger(value) ? count(value) : String(Number(value.toFixed(2)));
}

/** `1.93 ×`, `0 requests`, `never`. */
export function measuredText({ measured, unit }: Check): string {
  if (typeof measured !== 'number') return measured;
  return `${plain(measured)} ${measured === 1 ? unit.replace(/^(\w+)s\b/, '$1') : unit}`;
}

const signs = { 'at most': '≤', 'at least': '≥', exactly: '=' } as const;

/** `≤ 2.2`, without the unit: it stands beside the measured value. */
export function boundText({ relation, bound }: Check): string {
  return `${signs[relation]} ${plain(bound)}`;
}
