import type { Finding } from '../validation';

const unitMilliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A duration as Istio writes it. */
export const DURATION = /^(\d+(\.\d+)?(ms|s|m|h))+$/;

/** Reads an Istio duration (`500ms`, `1.5s`, `1m30s`) as milliseconds; undefined when it is none. */
export function durationMilliseconds(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * unitMilliseconds[unit!]!,
    0,
  );
}

/** Writes milliseconds as a person would: `2.5s`, `250ms`. */
export function formatDuration(milliseconds: number): string {
  return milliseconds >= 1_000 ? `${milliseconds / 1_000}s` : `${milliseconds}ms`;
}

/** Checks a duration; Istio refuses anything below one millisecond. */
export function durationFinding(text: string): Finding | undefined {
  const milliseconds = durationMilliseconds(text);
  if (milliseconds === undefined) {
    return [
      `is ${JSON.stringify(text)}, not a duration`,
      'write a number and a unit (h, m, s or ms), such as 10s or 500ms',
    ];
  }
  if (milliseconds >= 1) return undefined;
  return [
    `is ${JSON.stringify(text)}, shorter than 1ms`,
    'write at least 1ms, or leave the key out for no limit',
  ];
}
